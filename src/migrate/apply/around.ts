import type { Result } from '../../model/problem.ts';
import type { DecideContext, ReadContext } from '../../procedure/tree.ts';
import type { Batched } from '../backfill/batch.ts';
import type { Migration } from '../files/files.ts';
import { type GuardFacts, lookBefore, paceOf, restoreOf } from '../guards/look.ts';
import { deletedFrom } from '../guards/restore.ts';
import type { TableSize } from '../server/tables.ts';
import type { StatementKind } from '../sql/statement.ts';
import type { MigrateOptions } from './options.ts';
import type { Ways } from './ways.ts';

/** What stands around one statement: what is looked at before it, and what is written down. */

/** The statement, as its file has it. */
export interface Subject {
  readonly migration: Migration;
  /** 1-based. */
  readonly number: number;
  readonly sql: string;
  readonly kind: StatementKind;
  readonly ways: Ways;
  /** Null: it is no statement of a backfill that changes rows. */
  readonly cut: Result<Batched> | null;
  readonly options: MigrateOptions;
}

interface Sized {
  readonly size: TableSize | null;
}

/** What guards know before it runs. Only looks. @throws StepPaused in a run outside of the hours */
export async function guardsOf(subject: Subject, facts: Sized, ctx: ReadContext): Promise<GuardFacts> {
  const { migration, number, sql, ways, cut, options } = subject;
  const { database, apply, hours } = options;
  const planned = options.manner?.(migration.id, number);
  const atOnce = planned?.kind === 'direct' && !planned.rebuilds;
  const others = ways.kind === 'guarded' ? [...ways.gentle, ...ways.harsh] : [];
  const { copyBelowRows, copyBelowBytes } = apply;
  const small = facts.size === null || (facts.size.rows <= copyBelowRows && facts.size.bytes <= copyBelowBytes);
  const statement = {
    ...{ sql, contract: migration.header.phase === 'contract', tables: tablesOf(subject) },
    mayRebuild: !atOnce && !small && others.some(({ algorithm }) => algorithm !== null && algorithm !== 'INSTANT'),
    inRanges: cut?.ok === true,
  };
  return lookBefore(statement, { database, limits: apply.guards, hours }, ctx);
}

/** Those that it changes or needs, the one that changes first; for rows the one that they stand in. */
function tablesOf({ ways, cut, sql, kind }: Subject): readonly string[] {
  if (ways.kind === 'guarded') return ways.tables;
  if (cut?.ok === true) return [cut.value.table];
  return kind.kind === 'rows' ? deletedFrom(sql) : [];
}

/** Hours, latency and the restore point of the statement at this place; `rows`: where it stands itself, when its transaction is opened there. */
export function around(
  subject: Subject,
  facts: Sized & { readonly guards: GuardFacts | null },
  ctx: DecideContext,
  at: number,
  rows?: number,
) {
  const { migration, number, sql, options } = subject;
  const { guards, patienceMs } = options.apply;
  const point = { migration: migration.id, number, run: ctx.run, statement: sql };
  const restore = restoreOf(facts.guards, rows ?? at, point, rows !== undefined);
  const [table] = facts.size === null ? [] : tablesOf(subject);
  const pace = paceOf(facts.guards, guards, at, { table, patienceMs });
  return { pace, ...(restore === undefined ? {} : { restore }) };
}
