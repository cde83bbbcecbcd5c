import { randomInt } from 'node:crypto';
import type { Connection } from 'mysql2/promise';
import type { EffectResult, SqlGuard } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { EffectContext } from './context.ts';
import { type Holder, holdersOf, holderText, type Sight, sightOf } from './sql-holders.ts';
import { refusalOf, sqlProblem } from './sql-problems.ts';

export type Guarded = NonNullable<Extract<EffectResult, { kind: 'sql' }>['guarded']>;

/** The time that others were made to wait in vain is held below STALL.most in any stretch of STALL.within. */
export const STALL = { most: 2_000, within: 10_000 } as const;
/** A lock that is there in two looks this far apart belongs to no short statement. */
const TWO_LOOKS_MS = 100;
/** Where only transactions are seen, some may have nothing to do with the table: a try is made this often all the same. */
const TRY_ANYWAY_MS = 10_000;
const SAY_AGAIN_MS = 5_000;

interface Waiting {
  readonly begin: number;
  readonly since: Map<string, number>;
  readonly stalls: Stall[];
  lost: number;
  lastTry: number;
  said: { readonly text: string; readonly at: number };
}

/** A try that got no lock: those who came after it waited behind it. */
export interface Stall {
  readonly at: number;
  readonly ms: number;
}

/**
 * Sends a statement that needs its table for a moment, and never lets the application queue behind it for long: only while
 * no transaction holds the table, with the session's short lock_wait_timeout, and again after a pause of random length. The
 * server says itself whether it can do it in a way that leaves others alone; each refusal changes nothing and leads to the next way.
 */
export async function sendGuarded(
  connection: Connection,
  statement: string,
  guard: SqlGuard,
  ctx: EffectContext,
): Promise<Guarded> {
  const ways = [statement, ...guard.otherwise];
  const sight = await sightOf(connection);
  if (sight === 'nothing') {
    ctx.note?.('this user may not see who holds a table: the statement is tried with a short wait for its lock');
  }
  const now = (): number => ctx.clock.monotonic();
  const begin = now();
  const state: Waiting = {
    ...{ begin, since: new Map(), stalls: [], lost: 0, lastTry: begin },
    said: { text: '', at: begin },
  };
  for (let way = 0; ; ) {
    await untilFree(connection, sight, guard, state, ctx);
    const sent = ways[way] ?? statement;
    const at = now();
    try {
      state.lastTry = at;
      await connection.query(sent);
      const stalledMs = state.stalls.reduce((sum, stall) => sum + stall.ms, 0);
      return { sent, lost: state.lost, waitedMs: Math.round(at - begin), stalledMs: Math.round(stalledMs) };
    } catch (error) {
      const refusal = refusalOf(error);
      const said = ctx.secrets.mask(error instanceof Error ? error.message : String(error));
      if (refusal === 'algorithm' && way + 1 < ways.length) {
        way += 1;
        continue;
      }
      if (refusal !== 'busy') {
        const problem = sqlProblem(refusal, ctx.secrets.mask(sent.slice(0, 200)), said);
        throw new ProblemError(refusal === 'algorithm' ? { ...problem, remedy: guard.remedy } : problem);
      }
      state.stalls.push({ at: now(), ms: Math.min(now() - at, guard.lockWaitMs) });
      state.lost += 1;
      const holders = await holdersOf(connection, sight, guard.tables);
      if (state.lost >= guard.tries) throw new ProblemError(blocked(guard, sight, holders, state, ctx));
      ctx.note?.(
        `no lock within ${guard.lockWaitMs} ms (${state.lost} of ${guard.tries} tries); held by ${namesOf(holders, sight)}`,
      );
      await ctx.clock.sleep(randomInt(250, 1000), ctx.signal);
    }
  }
}

/** Returns when nobody holds a table and another try would not make others wait too much. */
async function untilFree(
  connection: Connection,
  sight: Sight,
  guard: SqlGuard,
  state: Waiting,
  ctx: EffectContext,
): Promise<void> {
  for (;;) {
    const pause = pauseFor(state.stalls, ctx.clock.monotonic(), guard.lockWaitMs);
    if (pause > 0) await ctx.clock.sleep(pause, ctx.signal);
    const holders = await lasting(connection, sight, guard.tables, ctx);
    if (holders.length === 0) return;
    const now = ctx.clock.monotonic();
    if (sight === 'transactions' && now - state.lastTry >= TRY_ANYWAY_MS) return;
    for (const key of state.since.keys()) {
      if (!holders.some((holder) => holder.key === key)) state.since.delete(key);
    }
    for (const { key } of holders) state.since.set(key, state.since.get(key) ?? now);
    if (now - state.begin > guard.patienceMs) throw new ProblemError(blocked(guard, sight, holders, state, ctx));
    say(state, `waiting for ${namesOf(holders, sight)}`, now, ctx);
    if (sight !== 'transactions') await killOld(connection, guard, holders, state, ctx);
    await ctx.clock.sleep(randomInt(150, 350), ctx.signal);
  }
}

/** Those who hold a table in two looks: the short statements of a busy application never do. */
async function lasting(
  connection: Connection,
  sight: Sight,
  tables: readonly string[],
  ctx: EffectContext,
): Promise<readonly Holder[]> {
  const first = await holdersOf(connection, sight, tables);
  if (first.length === 0 || sight === 'transactions') return first;
  await ctx.clock.sleep(TWO_LOOKS_MS, ctx.signal);
  const keys = new Set(first.map((holder) => holder.key));
  return (await holdersOf(connection, sight, tables)).filter((holder) => keys.has(holder.key));
}

/** Pure: how long to wait until one more try that fails would still keep the sum of stalls within its bound. */
export function pauseFor(stalls: readonly Stall[], now: number, lockWaitMs: number): number {
  const recent = stalls.filter(({ at }) => at > now - STALL.within).toSorted((a, b) => a.at - b.at);
  let sum = recent.reduce((total, stall) => total + stall.ms, 0);
  for (const { at, ms } of recent) {
    if (sum + lockWaitMs <= STALL.most) return 0;
    sum -= ms;
    if (sum + lockWaitMs <= STALL.most) return at + STALL.within - now;
  }
  // A single try that is allowed to wait longer than the bound comes once in a stretch.
  return 0;
}

async function killOld(
  connection: Connection,
  guard: SqlGuard,
  holders: readonly Holder[],
  state: Waiting,
  ctx: EffectContext,
): Promise<void> {
  const { killAfterMs } = guard;
  if (killAfterMs === null) return;
  for (const holder of holders) {
    if (ctx.clock.monotonic() - (state.since.get(holder.key) ?? Number.POSITIVE_INFINITY) < killAfterMs) continue;
    try {
      await connection.query(`KILL ${holder.connection}`);
      ctx.note?.(`closed ${holderText(holder)}, as configured`);
    } catch (error) {
      ctx.note?.(`could not close connection ${holder.connection}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

function say(state: Waiting, text: string, now: number, ctx: EffectContext): void {
  const who = text.replace(/\d+(?:\.\d+)? s\b/g, '');
  if (who === state.said.text && now - state.said.at < SAY_AGAIN_MS) return;
  state.said = { text: who, at: now };
  ctx.note?.(text);
}

function namesOf(holders: readonly Holder[], sight: Sight): string {
  if (holders.length === 0)
    return sight === 'nothing' ? 'somebody this user may not see' : 'somebody who is gone by now';
  const named = holders.slice(0, 3).map(holderText).join('; ');
  const more = holders.length > 3 ? ` and ${holders.length - 3} more` : '';
  return `${named}${more}${sight === 'transactions' ? ' (the server does not tell whether it holds the table)' : ''}`;
}

function blocked(
  guard: SqlGuard,
  sight: Sight,
  holders: readonly Holder[],
  state: Waiting,
  ctx: EffectContext,
): Problem {
  const waited = Math.round((ctx.clock.monotonic() - state.begin) / 1000);
  return {
    code: 'effect.sql-blocked',
    where: guard.tables.join(', '),
    found: ctx.secrets.mask(`no lock in ${waited} s and ${state.lost} tries; held by ${namesOf(holders, sight)}`),
    expected: 'a moment in which no other transaction holds the table',
    remedy: 'nothing was changed; end the transaction that is named, or let it end, then resume the run',
  };
}
