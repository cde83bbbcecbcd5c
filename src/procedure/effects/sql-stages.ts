import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { EffectResult } from '../../model/effect.ts';
import type { EffectContext } from './context.ts';
import { connect } from './sql-connect.ts';

/** How far a long statement is, as the server itself counts it: seen from a second connection while the first one waits for its answer. */

export type Sample = NonNullable<Extract<EffectResult, { kind: 'sql' }>['progress']>[number];

/** A statement that is over sooner is not looked at. */
const FIRST_MS = 1_000;
const EVERY_MS = 1_000;
/** In a log. */
const SAY_MS = 30_000;
/** In the journal: a look is kept when it is this many per cent further. */
const KEEP_PERCENT = 10;

/** What a server says of a statement that runs. */
export interface Stage {
  readonly stage: string;
  readonly percent: number;
}

/** Runs `work`, which sends one statement over `connection`, and shows how far it is. */
export async function withStages<T>(
  { connection, options }: { readonly connection: Connection; readonly options: ConnectionOptions },
  ctx: EffectContext,
  samples: Sample[],
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  // Not waited for at the end: a server that answers no second connection must not hold up the first.
  look(connection.threadId, options, ctx, samples, AbortSignal.any([ctx.signal, over.signal])).catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
  }
}

/** Ends with the signal. Nothing that goes wrong here is worth more than a word: the statement runs all the same. */
async function look(
  thread: number | null,
  options: ConnectionOptions,
  ctx: EffectContext,
  samples: Sample[],
  signal: AbortSignal,
): Promise<void> {
  const begin = ctx.clock.monotonic();
  let second: Connection | undefined;
  try {
    await ctx.clock.sleep(FIRST_MS, signal);
    second = await connect({ ...options, connectTimeout: 2_000 });
    const source = await sourceOf(second);
    let said = begin;
    let told = false;
    for (;;) {
      signal.throwIfAborted();
      const stage = await source.read(second, thread);
      signal.throwIfAborted();
      const afterMs = Math.round(ctx.clock.monotonic() - begin);
      if (stage !== null) {
        const text = stageText(stage, afterMs);
        ctx.progress?.(text);
        const kept = samples.at(-1);
        if (kept === undefined || kept.stage !== stage.stage || stage.percent - kept.percent >= KEEP_PERCENT) {
          samples.push({ afterMs, percent: Math.round(stage.percent), stage: stage.stage });
        }
        if (afterMs - (said - begin) >= SAY_MS) {
          said = begin + afterMs;
          ctx.note?.(text);
        }
      } else if (source.missing !== null && !told) {
        told = true;
        ctx.note?.(`no progress figures: ${source.missing}`);
      }
      await ctx.clock.sleep(EVERY_MS, signal);
    }
  } catch {
    // The statement is over, or the server answers no second connection.
  } finally {
    second?.destroy();
  }
}

interface Source {
  /** What would have to be switched on; null: nothing is missing. */
  readonly missing: string | null;
  read(connection: Connection, thread: number | null): Promise<Stage | null>;
}

const versionRow = z.object({ version: z.string() });
const stageRow = z.object({ stage: z.string(), done: z.coerce.number(), total: z.coerce.number() });
const listRow = z.object({
  state: z.string().nullable(),
  stage: z.coerce.number(),
  stages: z.coerce.number(),
  progress: z.coerce.number(),
});
const consumerRow = z.object({ enabled: z.string() });

async function sourceOf(connection: Connection): Promise<Source> {
  const [rows] = await connection.query('SELECT VERSION() AS version');
  const mariadb = /mariadb/i.test(z.array(versionRow).parse(rows)[0]?.version ?? '');
  return mariadb
    ? { missing: null, read: fromProcessList }
    : { missing: await missingInMysql(connection), read: fromStages };
}

async function missingInMysql(connection: Connection): Promise<string | null> {
  try {
    const [rows] = await connection.query(
      "SELECT IF(@@performance_schema = 1, ENABLED, 'OFF') AS enabled FROM performance_schema.setup_consumers WHERE NAME = 'events_stages_current'",
    );
    const enabled = z.array(consumerRow).parse(rows)[0]?.enabled;
    if (enabled === 'YES') return null;
    return enabled === 'NO'
      ? "UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = 'events_stages_current' switches them on"
      : 'the server was started without performance_schema';
  } catch {
    return 'GRANT SELECT ON performance_schema.* lets this user see them';
  }
}

async function fromStages(connection: Connection, thread: number | null): Promise<Stage | null> {
  try {
    const [rows] = await connection.query(
      `SELECT s.EVENT_NAME AS stage, s.WORK_COMPLETED AS done, s.WORK_ESTIMATED AS total
       FROM performance_schema.events_stages_current s JOIN performance_schema.threads t ON t.THREAD_ID = s.THREAD_ID
       WHERE t.PROCESSLIST_ID = ? AND s.WORK_ESTIMATED > 0`,
      [thread],
    );
    const [row] = z.array(stageRow).parse(rows);
    return row === undefined ? null : stageOf(row.stage, row.done, row.total);
  } catch {
    return null;
  }
}

async function fromProcessList(connection: Connection, thread: number | null): Promise<Stage | null> {
  const [rows] = await connection.query(
    'SELECT STATE AS state, STAGE AS stage, MAX_STAGE AS stages, PROGRESS AS progress FROM information_schema.PROCESSLIST WHERE ID = ?',
    [thread],
  );
  const [row] = z.array(listRow).parse(rows);
  if (row === undefined || row.stages === 0) return null;
  return stageOf(row.state ?? '', Math.max(0, row.stage - 1) + row.progress / 100, row.stages);
}

/** Pure. The server's estimate may be passed: more than 99 % is said only at the end. */
export function stageOf(name: string, done: number, total: number): Stage {
  const percent = total > 0 ? Math.min(99, Math.max(0, (100 * done) / total)) : 0;
  return { stage: name.replace(/^stage\/(?:innodb|sql)\//, ''), percent };
}

/** Pure: `42 %, about 3 min left (alter table (insert))`. What is left is guessed only once some of it is done. */
export function stageText({ stage, percent }: Stage, afterMs: number): string {
  const left = percent >= 2 ? `, about ${timeText((afterMs * (100 - percent)) / percent)} left` : '';
  return `${Math.floor(percent)} % after ${timeText(afterMs)}${left}${stage === '' ? '' : ` (${stage})`}`;
}

function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
