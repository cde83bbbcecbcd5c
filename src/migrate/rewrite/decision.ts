import type { SqlTool } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import { quoted, saveProgress } from '../apply/bookkeeping.ts';
import type { ApplyLimits } from '../apply/choose.ts';
import type { Migration } from '../files/files.ts';
import type { Manner } from '../plan/manner.ts';
import { type RewriteLook, toolLockOf } from '../server/rewrites.ts';
import { cleaning, GHOST_ACCESS, ghostArgv, lockPlugin, ptArgv, settling } from './command.ts';
import type { RewriteConfig } from './config.ts';
import { markText, type RewriteMark, readMark } from './mark.ts';
import { isPlainName, type ToolNames, toolNames, triggerNames } from './names.ts';

/** What a change by a tool does to a database, from what was found there: the statements around it and its start. Pure. */

export interface RewriteInput {
  readonly manner: Extract<Manner, { kind: 'tool' }>;
  readonly migration: Migration;
  /** 1-based. */
  readonly number: number;
  /** The statement as it stands in its file. */
  readonly sql: string;
  readonly look: RewriteLook;
  readonly database: { readonly name: string; readonly resource: string; readonly lock: string };
  readonly config: RewriteConfig;
  readonly limits: ApplyLimits;
  readonly lockWaitMs: number;
  readonly where: string;
}

/** What comes behind the marks that every statement has. */
export interface RewriteWork {
  readonly kind: 'work';
  /** Before the tool: remembers the attempt, and takes away what an earlier one left. */
  readonly before: readonly string[];
  readonly sql: string;
  /** Sent under the guard of the table; undefined: the tool swaps by itself. */
  readonly swap: string | undefined;
  readonly after: readonly string[];
  readonly tool: Omit<SqlTool, 'at'>;
  readonly guard: SqlTool['guard'];
}

/** Plans one attempt. Refuses where somebody else's copy of the table is under way or was left. */
export function rewriteWork(
  input: RewriteInput,
): RewriteWork | { readonly kind: 'refuse'; readonly problems: readonly Problem[] } {
  const { manner, migration, number, sql, look, database, config } = input;
  const { tool, table } = manner;
  if (!isPlainName(database.name)) return { kind: 'refuse', problems: [hardName(input)] };
  const last = readMark(look.progress);
  const own =
    last?.table === table && last.tool === 'pt-online-schema-change' ? triggerNames(database.name, table) : [];
  const triggers = look.triggers.filter((name) => !own.includes(name));
  if (look.foreignTables.length > 0 || triggers.length > 0)
    return { kind: 'refuse', problems: [foreign(input, look.foreignTables, triggers)] };
  const attempt = (last?.attempt ?? 0) + 1;
  const mark: RewriteMark = { tool, table, attempt };
  const names = namesOf(input, mark);
  const fresh = tool === 'gh-ost' ? [] : triggerNames(database.name, table);
  const rewrite = { database: database.name, table, alter: manner.alter, names, config };
  const lock = toolLockOf(database.lock);
  const before = [
    ...(last === null ? [] : cleaning(namesOf(input, last), own)),
    saveProgress(migration, number, quoted(markText(mark))),
  ];
  const isGhost = tool === 'gh-ost';
  return {
    ...{ kind: 'work', before, sql },
    swap: isGhost ? undefined : `RENAME TABLE \`${table}\` TO \`${names.kept}\`, \`${names.copy}\` TO \`${table}\``,
    after: settling(names, fresh, config.oldTable),
    guard: guardOf(input),
    tool: {
      argv: isGhost ? ghostArgv(rewrite) : ptArgv(rewrite),
      access: isGhost ? 'environment' : 'file',
      files: isGhost ? { 'ghost.cnf': GHOST_ACCESS } : { 'lock.pm': lockPlugin(lock) },
      lock,
      progress: isGhost ? '(Copy: .*)' : '(Copying .* remain)',
      brake: brakeOf(input),
      hold: isGhost ? { file: 'hold', said: 'postponing cut-over' } : null,
      clean: cleaning(names, fresh),
      guard: guardOf(input),
    },
  };
}

/** After a change that took effect while nobody was there to see it: what is still to be settled. */
export function rewriteRest(input: RewriteInput): readonly string[] {
  const last = readMark(input.look.progress);
  if (last === null) return [];
  const triggers = last.tool === 'gh-ost' ? [] : triggerNames(input.database.name, last.table);
  return settling(namesOf(input, last), triggers, input.config.oldTable);
}

function namesOf({ database, migration, number }: RewriteInput, { table, attempt }: RewriteMark): ToolNames {
  return toolNames({ resource: database.resource, migration: migration.id, number, attempt }, table);
}

function guardOf({ manner, config, limits, lockWaitMs }: RewriteInput): SqlTool['guard'] {
  return {
    tables: [manner.table],
    lockWaitMs,
    // A copy that took hours is not thrown away because the table was held a few times.
    tries: 100_000,
    patienceMs: config.cutOverPatience,
    killAfterMs: limits.killBlockersAfterMs,
    remedy: 'nothing was changed; look at what the server says',
  };
}

function brakeOf({ migration, number, limits }: RewriteInput): SqlTool['brake'] {
  const { replicas, maxLagMs, maxThreadsRunning } = limits.batch;
  const row = `migration = ${quoted(migration.id)} AND number = ${number}`;
  return {
    ...{ file: 'pause', replicas, maxLagMs, maxThreadsRunning },
    beat: `UPDATE shiplock_migration_statements SET started_at = UTC_TIMESTAMP(3) WHERE ${row}`,
    seen: `SELECT CAST(started_at AS CHAR) FROM shiplock_migration_statements WHERE ${row}`,
  };
}

function hardName({ database, where }: RewriteInput): Problem {
  return {
    code: 'migrate.rewrite-name',
    where,
    found: `a database that is called ${database.name}`,
    expected: 'a name of A-Z, a-z, 0-9, _ and $, which tools take without quotes',
    remedy: 'set database.rewrite.tool to never and plan again: then the change is refused with what else can be done',
  };
}

function foreign({ manner, where }: RewriteInput, tables: readonly string[], triggers: readonly string[]): Problem {
  const drop = [
    ...triggers.map((name) => `DROP TRIGGER \`${name}\``),
    ...(tables.length === 0 ? [] : [`DROP TABLE ${tables.map((name) => `\`${name}\``).join(', ')}`]),
  ];
  return {
    code: 'migrate.rewrite-leftovers',
    where,
    found: `${[...triggers, ...tables].join(', ')}, which a tool makes to copy ${manner.table}, and which is not ours`,
    expected: `nothing of another copy of ${manner.table}`,
    remedy: `when no such tool runs any more and nobody needs them: ${drop.join('; ')}; then resume the run`,
  };
}
