import { setTimeout as sleep } from 'node:timers/promises';
import { lastAnswerFrom, type Tally, tally } from '../support/hits.ts';
import { processesWith } from '../support/processes.ts';
import { DEAD_MAN_MS, expectExit, type TrafficLab } from './lab.ts';
import { underLoad } from './releases.ts';

/** A controller that is killed in the middle of a bake and never comes back, while the new version turns wholly bad. */

export interface Orphaned {
  /** The kill → last answer of the version, milliseconds. */
  readonly ms: number;
  readonly tally: Tally;
}

export async function killController(
  traffic: TrafficLab,
  version: string,
  options: { readonly rate: number; readonly guardToo: boolean },
): Promise<Orphaned> {
  await traffic.faulty(version, 0);
  const { value, load } = await underLoad(traffic, options.rate, async () => {
    const release = traffic.release();
    await release.until(/✓ \S*share-10-percent/);
    await traffic.untilShare(version, 0.1);
    await sleep(1_000);
    const guard = options.guardToo ? await guardOf(traffic.lab.host, version) : undefined;
    const killed = Date.now();
    process.kill(release.pid, 'SIGKILL');
    if (guard !== undefined) process.kill(guard, 'SIGKILL');
    await traffic.misbehave(version, 1);
    // Without the guard nothing waits for the dead man's delay: twice what is allowed shows a version that stays.
    await sleep(options.guardToo ? 4_000 : DEAD_MAN_MS + 4_000);
    return killed;
  });
  const last = lastAnswerFrom(load.hits, version);
  if (last === undefined) throw new Error(`${version} never had a request`);
  const share = (await traffic.route(version))?.share;
  if (share !== 0) throw new Error(`${version} still has ${share} of the traffic`);
  expectExit(await traffic.rollback().ended, 0);
  return { ms: last - value, tally: tally(load.hits) };
}

/** Pid of the guard of a version: its own command line, not that of its supervisor, which has it as one word of many. */
async function guardOf(host: string, version: string): Promise<number> {
  const [pid] = await processesWith((argv) => {
    const at = argv.indexOf('guard');
    return (
      at > 0 &&
      argv[argv.indexOf('--version', at) + 1] === version &&
      argv.some((word) => word === `${host}/haproxy` || word === `${host}/nginx`)
    );
  });
  if (pid === undefined) throw new Error(`no guard of ${version} runs`);
  return pid;
}
