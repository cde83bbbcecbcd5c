import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { SqlPace } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { wallText, windowAt } from '../gate/windows.ts';
import { StepPaused } from '../run/pause.ts';
import type { EffectContext } from './context.ts';

/** Nothing begins outside of its hours, nor while the application is slow. */

/** Counters are read this far apart, so that a figure is of now and not of the whole day. */
const LOOK_MS = 500;
const SAY_MS = 5_000;
/** Fewer statements than these say nothing about the application. */
const LEAST_STATEMENTS = 5;

export interface Pace {
  /** Why nothing may begin now; null: it may. Looks at the application at most every half second. @throws StepPaused outside of the hours */
  look(): Promise<string | null>;
  /** Returns when it may. @throws ProblemError when the application was slow for too long, StepPaused outside of the hours */
  untilMay(): Promise<void>;
  /** @throws StepPaused outside of the hours */
  mustBeOpen(): void;
}

/** What the server counted since it began. */
export interface Counters {
  readonly statements: number;
  /** Time of all of them, microseconds. */
  readonly micros: number;
}

const FREE: Pace = { look: async () => null, untilMay: async () => undefined, mustBeOpen: () => undefined };

/** Finds out how latency can be seen here, and says which way it is. */
export async function openPace(connection: Connection, pace: SqlPace | undefined, ctx: EffectContext): Promise<Pace> {
  if (pace === undefined) return FREE;
  const latency = await latencyOf(connection, pace, ctx);
  let said = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<string | null> => {
    mustBeOpen(pace, ctx.clock.now());
    return latency();
  };
  return {
    look,
    mustBeOpen: () => mustBeOpen(pace, ctx.clock.now()),
    async untilMay() {
      mustBeOpen(pace, ctx.clock.now());
      if (pace.maxLatencyMs === null) return;
      const begin = ctx.clock.monotonic();
      for (;;) {
        // The first figure, too, is of the half second before it.
        await ctx.clock.sleep(LOOK_MS, ctx.signal);
        const reason = await look();
        if (reason === null) return;
        const now = ctx.clock.monotonic();
        if (now - begin > pace.patienceMs) throw new ProblemError(tooSlow(reason, pace.maxLatencyMs, now - begin));
        if (now - said > SAY_MS) {
          said = now;
          ctx.note?.(`not begun: ${reason}`);
        }
      }
    },
  };
}

/** @throws StepPaused naming when it opens */
function mustBeOpen({ windows }: Pick<SqlPace, 'windows'>, now: number): void {
  const problems = closedWindows(windows, now);
  if (problems.length > 0) throw new StepPaused('waiting', problems);
}

/** Why nothing may begin at this time (milliseconds since 1970), and when it may again. Pure. */
export function closedWindows(windows: SqlPace['windows'], now: number): readonly Problem[] {
  return windows.flatMap((one) => {
    const answer = windowAt(one, now);
    if (answer.kind === 'open') return [];
    const opens =
      answer.opens === undefined ? 'not within two weeks' : `again from ${wallText(one.timeZone, answer.opens)}`;
    return [
      {
        code: 'effect.sql-window',
        where: 'the hours of migrations',
        found: answer.why,
        expected: `an open window; it is open ${opens}`,
        remedy: 'nothing was begun after the window closed; `shiplock resume` goes on from there once it is open',
      },
    ];
  });
}

type Latency = () => Promise<string | null>;

async function latencyOf(connection: Connection, pace: SqlPace, ctx: EffectContext): Promise<Latency> {
  const { maxLatencyMs, probe } = pace;
  if (maxLatencyMs === null) return async () => null;
  let before = await counters(connection);
  if (before === null) {
    ctx.note?.(
      'latency: this user sees no figures of statements (performance_schema), so a query of our own stands for the application',
    );
  } else ctx.note?.('latency: the mean time of the statements of all others on this server, from performance_schema');
  let last: string | null = null;
  let looked = ctx.clock.monotonic();
  let known = false;
  return async () => {
    // Before the first figure nobody knows: a short backfill would be over by then.
    if (!known) await ctx.clock.sleep(Math.max(0, looked + LOOK_MS - ctx.clock.monotonic()), ctx.signal);
    const now = ctx.clock.monotonic();
    // A timer may end a moment early: the first figure is taken all the same.
    if (known && now - looked < LOOK_MS) return last;
    known = true;
    looked = now;
    const after = before === null ? null : await counters(connection);
    const ms = before === null || after === null ? await probeMs(connection, probe, ctx) : meanMs(before, after);
    before = after;
    last = ms === null || ms <= maxLatencyMs ? null : slowText(ms, maxLatencyMs, after !== null);
    return last;
  };
}

function slowText(ms: number, most: number, counted: boolean): string {
  return `${counted ? 'statements of the application take' : 'a query of our own takes'} ${ms.toFixed(1)} ms, more than ${most} ms`;
}

/** Pure: mean time of the statements between two looks, milliseconds; null: too few to say. */
export function meanMs(before: Counters, after: Counters): number | null {
  const statements = after.statements - before.statements;
  const micros = after.micros - before.micros;
  // Counters that were truncated meanwhile go backwards.
  if (statements < LEAST_STATEMENTS || micros < 0) return null;
  return micros / statements / 1000;
}

/** What an application waits for; statements that are always quick (SET, BEGIN) would hide that. */
const KINDS = [
  'statement/com/Execute',
  ...[
    ...['select', 'insert', 'insert_select', 'update', 'update_multi', 'delete', 'delete_multi', 'replace'],
    ...['replace_select', 'call_procedure', 'commit'],
  ].map((name) => `statement/sql/${name}`),
]
  .map((name) => `'${name}'`)
  .join(', ');

/**
 * Summaries by kind of statement and not by digest: a digest does not say whose statement it was, and our own ranges, which are meant to take
 * long, would count. These exist for each connection too, so ours is taken off.
 */
const COUNTERS = `SELECT everybody.statements - ours.statements AS statements, everybody.micros - ours.micros AS micros FROM
  (SELECT SUM(COUNT_STAR) AS statements, SUM(SUM_TIMER_WAIT) / 1e6 AS micros
    FROM performance_schema.events_statements_summary_global_by_event_name WHERE EVENT_NAME IN (${KINDS})) AS everybody,
  (SELECT SUM(COUNT_STAR) AS statements, SUM(SUM_TIMER_WAIT) / 1e6 AS micros
    FROM performance_schema.events_statements_summary_by_thread_by_event_name WHERE EVENT_NAME IN (${KINDS}) AND THREAD_ID =
      (SELECT THREAD_ID FROM performance_schema.threads WHERE PROCESSLIST_ID = CONNECTION_ID())) AS ours`;

const countersRow = z.object({ statements: z.coerce.number(), micros: z.coerce.number() });

/** Null: the server keeps none, or this user may not see them. */
async function counters(connection: Connection): Promise<Counters | null> {
  try {
    const [rows] = await connection.query(COUNTERS);
    const [row] = z.array(countersRow).parse(rows);
    // A server that was started without performance_schema has the tables, and nothing in them.
    return row === undefined || row.statements <= 0 ? null : row;
  } catch {
    return null;
  }
}

/** The middle one of three, so that one hiccup of the network counts for nothing. */
async function probeMs(connection: Connection, probe: string, ctx: EffectContext): Promise<number | null> {
  const took: number[] = [];
  try {
    for (let round = 0; round < 3; round += 1) {
      const begin = ctx.clock.monotonic();
      await connection.query(probe);
      took.push(ctx.clock.monotonic() - begin);
    }
  } catch {
    return null;
  }
  return took.toSorted((a, b) => a - b)[1] ?? null;
}

function tooSlow(reason: string, most: number, waitedMs: number): Problem {
  return {
    code: 'effect.sql-latency',
    where: 'the application',
    found: `${reason}, for ${Math.round(waitedMs / 1000)} s`,
    expected: `at most ${most} ms (database.apply.maxLatency) before a statement is begun`,
    remedy: 'nothing was begun; see what makes the application slow, or raise database.apply.maxLatency, then resume',
  };
}
