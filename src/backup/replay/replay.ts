import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type Chain, chainOf } from './chain.ts';
import { type Base, type Cut, cutAt, type Target } from './cut.ts';
import type { GtidState } from './gtid.ts';
import { type PlainOptions, replayPlainly } from './plain.ts';
import { readBinlog } from './read.ts';
import { replayAsRelayLogs } from './relay.ts';
import { interruptedAt, lookAtServer, openReplaySession, type ReplayAccess, unfitness } from './server.ts';

/** From a restored base and binary logs to the server as it was at the target. */

export interface Replay {
  readonly access: ReplayAccess;
  readonly base: Base;
  readonly chain: Chain;
  readonly target: Target;
  /** Who took the logs says that no transaction up to here is missing, in microseconds since 1970. */
  readonly completeUntil?: number;
}

export interface ReplayPorts {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (state: GtidState) => void;
  /** How to replay in the plain way; left out: as relay logs. */
  readonly plain?: PlainOptions;
}

export interface Replayed {
  readonly cut: Cut;
  /** How many were there already, from a replay that was interrupted. */
  readonly before: number;
  /** Of the replay alone, in milliseconds. */
  readonly ms: number;
}

/** Reads binary logs and puts them into their order. @throws ProblemError for files that are none, or do not belong together */
export async function readChain(paths: readonly string[]): Promise<Chain> {
  // One after the other: they lie on one disk, and each may be a gigabyte.
  const files = [];
  for (const path of paths) files.push(await readBinlog(path));
  return chainOf(files);
}

/**
 * Replays. A server that was interrupted half way is brought on from there where its family can tell (MySQL); otherwise the base must be
 * restored anew, which the refusal says.
 * @throws ProblemError; the server is then not to be used
 */
export async function replay(wanted: Replay, ports: ReplayPorts): Promise<Replayed> {
  const { access, base, chain, target, completeUntil } = wanted;
  const options = completeUntil === undefined ? {} : { completeUntil };
  const whole = cutAt(chain, base, target, options);
  const session = await openReplaySession(access);
  try {
    const server = await lookAtServer(session);
    const from = interruptedAt(server.state, base, whole) ?? base;
    const cut = from === base ? whole : cutAt(chain, from, target, options);
    const problems = unfitness(server, cut, from);
    if (problems.length > 0) throw new ProblemError(problems);
    const started = ports.clock.monotonic();
    if (ports.plain === undefined) await replayAsRelayLogs(session, server, cut, ports);
    else await replayPlainly(access, session, cut, ports.plain);
    return { cut: whole, before: whole.transactions - cut.transactions, ms: ports.clock.monotonic() - started };
  } finally {
    await session.close();
  }
}
