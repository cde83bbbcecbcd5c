import type { MigrateOptions } from '../apply/options.ts';
import type { Migration } from '../files/files.ts';
import type { Manner } from '../plan/manner.ts';
import type { RewriteLook } from '../server/rewrites.ts';
import { type RewriteConfig, rewriteConfig } from './config.ts';
import type { RewriteInput } from './decision.ts';

/** A statement of a migration as a change by a tool. Pure. */

export type ToolManner = Extract<Manner, { kind: 'tool' }>;

/** Undefined: the plan gives it to no tool. */
export function toolOf(options: MigrateOptions, migration: string, number: number): ToolManner | undefined {
  const manner = options.manner?.(migration, number);
  return manner?.kind === 'tool' ? manner : undefined;
}

/** How tools are run here. */
export function rewriteOf({ rewrite }: MigrateOptions): RewriteConfig {
  return rewrite ?? rewriteConfig.parse({});
}

export interface RewriteSubject {
  readonly migration: Migration;
  /** 1-based. */
  readonly number: number;
  readonly sql: string;
  readonly options: MigrateOptions;
}

/** All that a decision about it needs. */
export function rewriteInput(
  { migration, number, sql, options }: RewriteSubject,
  manner: ToolManner,
  where: string,
  look: RewriteLook | null,
): RewriteInput {
  const { database, apply: limits, lockWaitTimeoutMs } = options;
  return {
    ...{ manner, migration, number, sql, database, limits, where, config: rewriteOf(options) },
    look: look ?? { progress: null, foreignTables: [], triggers: [] },
    lockWaitMs: Math.max(1, Math.ceil(lockWaitTimeoutMs / 1000)) * 1000,
  };
}
