import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../../../scripts/components/load.ts';
import { lastAnswerFrom } from '../support/hits.ts';
import { waitingGate } from '../support/running.ts';
import { expectExit, type TrafficLab } from './lab.ts';
import { CANARY, type MeasuredStrategy } from './strategies.ts';

/** Single releases under an open-loop load, each with what the clients saw. */

/** Runs something under load; the load begins before it and ends after it. */
export async function underLoad<T>(
  traffic: TrafficLab,
  rate: number,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly load: LoadResult }> {
  const load = await traffic.load(rate, 900);
  try {
    await sleep(500);
    const value = await work();
    await sleep(500);
    return { value, load: await load.stop() };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** A healthy version earns all traffic; a checkpoint on the way is answered at once. */
export async function promote(
  traffic: TrafficLab,
  version: string,
  rate: number,
  inspected?: MeasuredStrategy['inspected'],
): Promise<LoadResult> {
  await traffic.healthy(version);
  const { load } = await underLoad(traffic, rate, async () => {
    if (inspected === undefined) return expectExit(await traffic.release().ended, 0);
    const waiting = await traffic.release('--json').ended;
    expectExit(waiting, 3);
    const { run, gate } = waitingGate(waiting);
    expectExit(await traffic.fill(run, gate, inspected).ended, 0);
    expectExit(await traffic.resume(run).ended, 0);
  });
  return load;
}

export interface TakenBack {
  readonly load: LoadResult;
  /** From the verdict, or from the start of the command, to the last answer of the bad version. */
  readonly ms: number;
}

/** A version that fails 20 % of its requests is found and taken back by itself. */
export async function takeBackByVerdict(traffic: TrafficLab, version: string, rate: number): Promise<TakenBack> {
  await traffic.faulty(version, 0.2);
  const { value: ended, load } = await underLoad(traffic, rate, async () => {
    const release = await traffic.release().ended;
    expectExit(release, 4);
    return release;
  });
  const last = lastAnswerFrom(load.hits, version);
  // It was taken back for another reason than its answers: that stands in what the command said.
  if (last === undefined) throw new Error(`${version} never had a request:\n${ended.stderr}\n${ended.stdout}`);
  return { load, ms: last - (await traffic.verdictTime()) };
}

/** Somebody takes back a version in the middle of its bake, with `shiplock rollback`. */
export async function takeBackByCommand(
  traffic: TrafficLab,
  version: string,
  rate: number,
  begun: MeasuredStrategy['begun'] = CANARY.begun,
): Promise<TakenBack> {
  await traffic.healthy(version);
  const { value, load } = await underLoad(traffic, rate, async () => {
    const release = traffic.release();
    await release.until(begun.said);
    await traffic.untilShare(version, begun.share);
    await sleep(500);
    const asked = Date.now();
    expectExit(await traffic.rollback().ended, 0);
    await release.ended;
    return asked;
  });
  const last = lastAnswerFrom(load.hits, version);
  if (last === undefined) throw new Error(`${version} never had a request`);
  return { load, ms: last - value };
}
