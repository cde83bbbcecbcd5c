import { setTimeout as sleep } from 'node:timers/promises';
import { firstBadAnswerFrom, lastAnswerFrom, requestsBetween } from '../support/hits.ts';
import { expectExit, type TrafficLab } from './lab.ts';
import { underLoad } from './releases.ts';

/** From the first bad answer to the last request: a version that turns bad while it has its share. */

export interface Turn {
  readonly base: number;
  readonly bad: number;
  /** How long it behaved at its share before it turned, milliseconds. */
  readonly calmMs: number;
  readonly rate: number;
}

/** 0.5 % on both versions, then ten times that on the new one, at 1,000 requests per second. */
export const TEN_TIMES: Turn = { base: 0.005, bad: 0.05, calmMs: 5_000, rate: 1_000 };

export interface Detected {
  /** First bad answer after the turn → last answer of the version, milliseconds. */
  readonly ms: number;
  /** Share of requests the version had between its share and its turn. */
  readonly share: number;
  /** Verdict → last answer, milliseconds. */
  readonly fromVerdictMs: number;
}

export async function turnBad(traffic: TrafficLab, version: string, turn: Turn): Promise<Detected> {
  await traffic.faulty(version, turn.base);
  await traffic.misbehave(version, turn.base);
  const { value, load } = await underLoad(traffic, turn.rate, async () => {
    const release = traffic.release();
    await release.until(/✓ \S*share-10-percent/);
    await traffic.untilShare(version, 0.1);
    const from = Date.now();
    await sleep(turn.calmMs);
    const turned = Date.now();
    await traffic.misbehave(version, turn.bad);
    expectExit(await release.ended, 4);
    return { from, turned };
  });
  const { from, turned } = value;
  const first = firstBadAnswerFrom(load.hits, version, turned);
  const last = lastAnswerFrom(load.hits, version, turned);
  if (first === undefined || last === undefined) throw new Error(`${version} gave no bad answer after its turn`);
  const all = load.hits.filter((hit) => hit.at >= from && hit.at < turned).length;
  return {
    ms: last - first,
    share: requestsBetween(load.hits, version, from, turned) / all,
    fromVerdictMs: last - (await traffic.verdictTime()),
  };
}
