import { randomInt } from 'node:crypto';
import type { Connection } from 'mysql2/promise';
import type { EffectResult, SqlGuard } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { EffectContext } from './context.ts';
import { type Holder, holdersOf, holderText, type Sight, sightOf } from './sql-holders.ts';
import { refusalOf, type SqlRefusal, sqlProblem } from './sql-problems.ts';

export type Guarded = NonNullable<Extract<EffectResult, { kind: 'sql' }>['guarded']>;

/** The time that others were made to wait in vain is held below STALL.most in any stretch of STALL.within. */
export const STALL = { most: 2_000, within: 10_000 } as const;
/** A lock that is there in two looks this far apart belongs to no short statement. */
const TWO_LOOKS_MS = 100;
/** Where only transactions are seen, some may have nothing to do with the table: a try is made this often all the same. */
const TRY_ANYWAY_MS = 10_000;
/**
 * On a busy table some statement always runs, and a try that does not wait never succeeds: after so many of them, with nobody to be seen who
 * holds the table, one waits. Where nobody can be seen, they go on for some seconds, since there may be somebody.
 */
const MISSES = { seen: 5, unseen: 20 } as const;
const SAY_AGAIN_MS = 5_000;

/** All that waiting for holders needs. */
type Bounds = Omit<SqlGuard, 'at' | 'otherwise' | 'atOnce' | 'fresh'>;

interface Waiting {
  readonly begin: number;
  readonly since: Map<string, number>;
  readonly stalls: Stall[];
  lost: number;
  /** When the last try began that waited for its lock. */
  lastTry: number;
  /** Who was there when it failed (before the first: at the first look). Once they are all gone, whoever was in the way is. */
  others: ReadonlySet<string> | undefined;
  said: { readonly text: string; readonly at: number };
}

/** A try that got no lock: those who came after it waited behind it. */
export interface Stall {
  readonly at: number;
  readonly ms: number;
}

type Tried = { readonly ok: true } | { readonly ok: false; readonly refusal: SqlRefusal; readonly error: unknown };

/**
 * Sends a statement that needs its table for a moment, and never lets the application queue behind it for long: only while
 * no transaction holds the table, with the session's short lock_wait_timeout, and again after a pause of random length. The
 * server says itself whether it can do it in a way that leaves others alone; each refusal changes nothing and leads to the next way.
 * Ways in `atOnce` are tried without any wait first: nobody queues behind such a try, so it is repeated even while the table is held.
 */
export async function sendGuarded(
  connection: Connection,
  statement: string,
  guard: SqlGuard,
  ctx: EffectContext,
  /** Throws when it may not begin any more: its table was waited for meanwhile. */
  mustBegin: () => void = () => undefined,
): Promise<Guarded> {
  const ways = [statement, ...guard.otherwise];
  const now = (): number => ctx.clock.monotonic();
  const begin = now();
  const state: Waiting = {
    ...{ begin, since: new Map(), stalls: [], lost: 0, lastTry: begin, others: undefined },
    said: { text: '', at: begin },
  };
  let known: Sight | undefined;
  const sight = async (): Promise<Sight> => {
    if (known !== undefined) return known;
    known = await sightOf(connection);
    if (known === 'nothing') {
      ctx.note?.('this user may not see who holds a table: the statement is tried with a short wait for its lock');
    }
    return known;
  };
  for (let way = 0; ; ) {
    const sent = ways[way] ?? statement;
    let at = now();
    const send = async (): Promise<Tried> => {
      mustBegin();
      at = now();
      return trySend(connection, sent);
    };
    const atOnce = guard.atOnce.includes(way) ? () => withoutWait(connection, guard, send) : undefined;
    // Nobody knows a table that was made a moment ago. A first try that is wrong about that makes others wait no longer than any other.
    const alone = guard.fresh && state.lost === 0;
    let tried = alone ? undefined : await atOnce?.();
    if (!alone && (tried === undefined || isBusy(tried)))
      tried = await untilFree(connection, await sight(), guard, state, ctx, atOnce);
    const waits = tried === undefined;
    if (waits) state.lastTry = now();
    tried ??= await send();
    if (tried.ok) {
      const stalledMs = state.stalls.reduce((sum, stall) => sum + stall.ms, 0);
      return { sent, lost: state.lost, waitedMs: Math.round(at - begin), stalledMs: Math.round(stalledMs) };
    }
    const { refusal, error } = tried;
    if (refusal === 'algorithm' && way + 1 < ways.length) {
      way += 1;
      continue;
    }
    if (refusal !== 'busy') {
      const said = ctx.secrets.mask(error instanceof Error ? error.message : String(error));
      const problem = sqlProblem(refusal, ctx.secrets.mask(sent.slice(0, 200)), said);
      throw new ProblemError(refusal === 'algorithm' ? { ...problem, remedy: guard.remedy } : problem);
    }
    state.stalls.push({ at: now(), ms: Math.min(now() - at, guard.lockWaitMs) });
    state.lost += 1;
    const holders = await holdersOf(connection, await sight(), guard.tables);
    state.others = new Set(holders.map(({ key }) => key));
    if (state.lost >= guard.tries) throw new ProblemError(blocked(guard, await sight(), holders, state, ctx));
    ctx.note?.(
      `no lock within ${guard.lockWaitMs} ms (${state.lost} of ${guard.tries} tries); held by ${namesOf(holders, await sight())}`,
    );
    await ctx.clock.sleep(randomInt(250, 1000), ctx.signal);
  }
}

async function trySend(connection: Connection, sent: string): Promise<Tried> {
  try {
    await connection.query(sent);
    return { ok: true };
  } catch (error) {
    return { ok: false, refusal: refusalOf(error), error };
  }
}

function isBusy(tried: Tried): boolean {
  return !tried.ok && tried.refusal === 'busy';
}

/** MariaDB: a wait of 0 is none at all, as NOWAIT would be, and is there for every statement. */
async function withoutWait(connection: Connection, guard: SqlGuard, send: () => Promise<Tried>): Promise<Tried> {
  await connection.query('SET SESSION lock_wait_timeout = 0');
  const tried = await send();
  // Who is gone says so at the next question.
  if (tried.ok || tried.refusal !== 'gone') {
    await connection.query(`SET SESSION lock_wait_timeout = ${Math.max(1, Math.ceil(guard.lockWaitMs / 1000))}`);
  }
  return tried;
}

/** Returns when no transaction holds one of the tables: for who takes the locks itself. @throws ProblemError when that takes too long */
export async function waitFree(connection: Connection, guard: Bounds, ctx: EffectContext): Promise<void> {
  const begin = ctx.clock.monotonic();
  const said = { text: '', at: begin };
  const state: Waiting = { begin, since: new Map(), stalls: [], lost: 0, lastTry: begin, others: undefined, said };
  await untilFree(connection, await sightOf(connection), guard, state, ctx, undefined);
}

/**
 * Returns undefined when nobody holds a table and a try that waits would not make others wait too much; or what became of a try `atOnce`,
 * when that was not in vain.
 */
async function untilFree(
  connection: Connection,
  sight: Sight,
  guard: Bounds,
  state: Waiting,
  ctx: EffectContext,
  atOnce: (() => Promise<Tried>) | undefined,
): Promise<Tried | undefined> {
  for (let misses = 1; ; ) {
    const pause = pauseFor(state.stalls, ctx.clock.monotonic(), guard.lockWaitMs);
    if (pause > 0 && atOnce === undefined) await ctx.clock.sleep(pause, ctx.signal);
    const holders = await lasting(connection, sight, guard.tables, ctx);
    const now = ctx.clock.monotonic();
    const keys = new Set(holders.map(({ key }) => key));
    state.others ??= keys;
    if (holders.length > 0) {
      for (const key of state.since.keys()) if (!keys.has(key)) state.since.delete(key);
      for (const key of keys) state.since.set(key, state.since.get(key) ?? now);
    }
    const perhaps = sight === 'transactions' && holders.length > 0;
    const free = perhaps
      ? [...keys].every((key) => state.others?.has(key) === false) || now - state.lastTry >= TRY_ANYWAY_MS
      : holders.length === 0;
    if (free && atOnce === undefined) return undefined;
    if (free && pause <= 0 && (perhaps || misses >= (sight === 'nothing' ? MISSES.unseen : MISSES.seen)))
      return undefined;
    if (!free) {
      if (now - state.begin > guard.patienceMs) throw new ProblemError(blocked(guard, sight, holders, state, ctx));
      say(state, `waiting for ${namesOf(holders, sight)}`, now, ctx);
      if (sight !== 'transactions') await killOld(connection, guard, holders, state, ctx);
    }
    misses = free ? misses + 1 : 1;
    await ctx.clock.sleep(free ? randomInt(30, 90) : randomInt(100, 250), ctx.signal);
    const tried = await atOnce?.();
    if (tried !== undefined && !isBusy(tried)) return tried;
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
  guard: Bounds,
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
  // A connection may hold several locks.
  const each = [...new Map(holders.map((holder) => [holder.connection, holder])).values()];
  const named = each.slice(0, 3).map(holderText).join('; ');
  const more = each.length > 3 ? ` and ${each.length - 3} more` : '';
  return `${named}${more}${sight === 'transactions' ? ' (the server does not tell whether it holds the table)' : ''}`;
}

function blocked(guard: Bounds, sight: Sight, holders: readonly Holder[], state: Waiting, ctx: EffectContext): Problem {
  const waited = Math.round((ctx.clock.monotonic() - state.begin) / 1000);
  return {
    code: 'effect.sql-blocked',
    where: guard.tables.join(', '),
    found: ctx.secrets.mask(`no lock in ${waited} s and ${state.lost} tries; held by ${namesOf(holders, sight)}`),
    expected: 'a moment in which no other transaction holds the table',
    remedy: 'nothing was changed; end the transaction that is named, or let it end, then resume the run',
  };
}
