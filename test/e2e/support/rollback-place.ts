import { join } from 'node:path';
import { z } from 'zod';
import type { Mariadb } from '../../../scripts/components/mariadb.ts';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { childProgram } from '../../../scripts/testing/children.ts';
import { listRuns, readRun, verifyRun } from '../../../src/procedure/index.ts';
import { readQuarantineOf } from '../../../src/release/quarantine/record.ts';
import { endState, gitCommits } from './end-state.ts';
import { quickLab } from './places.ts';
import { runProcess } from './process.ts';
import { watchProxy } from './proxy-watch.ts';
import type { Place, Trial } from './sweep.ts';

/** Where the runbook `rollback` is crashed: a release that came through is taken back, by a person and not by a verdict. */

const CHILD = childProgram('rollback');
const STABLE = '1.0.0';

/** How somebody goes on with it: by the run that was killed, or by the same words once more. */
export type Again = 'resume' | 'same-words';

export function rollbackPlace(mariadb: Mariadb, again: Again): Place {
  let world: { readonly lab: Lab; readonly database: string; releases: number } | null = null;
  let worlds = 0;
  const begin = async () => {
    const database = `back_${process.pid}_${again.replaceAll('-', '')}_${++worlds}`;
    const lab = await quickLab(mariadb, database);
    await lab.commit(STABLE);
    await releaseNow(lab);
    return { lab, database, releases: 0 };
  };
  return {
    name: `rollback, gone on with by ${again === 'resume' ? 'its run' : 'the same words'}`,
    exit: 0,
    open: async () => {
      world ??= await begin();
      const here = world;
      const candidate = `2.${++here.releases}.0`;
      await here.lab.commit(candidate);
      await releaseNow(here.lab);
      const begun = { lab: here.lab, access: mariadb.root(here.database), candidate, again };
      return trialOf(begun, async (good) => {
        if (good) return;
        // What a failed try left behind must not be blamed on the next.
        world = null;
        await here.lab.stop();
      });
    },
    close: async () => {
      const lab = world?.lab;
      world = null;
      await lab?.stop();
    },
  };
}

async function releaseNow(lab: Lab): Promise<void> {
  const ended = await runProcess(
    [process.execPath, PROGRAM, 'release', 'production', '--quiet', '--state', lab.state],
    {
      ...{ cwd: lab.service, env: { ...process.env, ...lab.env }, limitMs: 120_000 },
    },
  );
  if (ended.code !== 0) throw new Error(`the release to go back from ended with ${ended.code}:\n${ended.output}`);
}

interface Begun {
  readonly lab: Lab;
  readonly access: ReturnType<Mariadb['root']>;
  readonly candidate: string;
  readonly again: Again;
}

async function trialOf({ lab, access, candidate, again }: Begun, close: Trial['close']): Promise<Trial> {
  const report = join(lab.dir, `boundaries-back-${candidate}`);
  const before = { commits: await gitCommits(lab) };
  const watch = watchProxy(lab.host);
  let watched = false;
  return {
    report,
    env: { ...process.env, ...lab.env },
    argv: (kill) => [
      process.execPath,
      CHILD,
      JSON.stringify({
        ...{ configFile: join(lab.service, 'shiplock.yaml'), store: lab.state, version: candidate },
        ...{ report, again, kill },
      }),
    ],
    end: async () => {
      watched = true;
      const shares = (await watch.stop()).map((one) => one.shares.get(candidate) ?? 0);
      // Once less of the traffic goes to what is taken back, none ever comes back to it.
      const rises = shares.findIndex((share, at) => at > 0 && share > (shares[at - 1] ?? 0) + 0.002);
      const parts = { candidate, stable: STABLE };
      return {
        state: {
          ...(await endState(lab, { access, sweep: null }, parts, before)),
          rollback: await rollbackState(lab, candidate, again),
        },
        broken: [
          ...(rises === -1 ? [] : [`${candidate} got ${shares[rises]} of the traffic after ${shares[rises - 1]}`]),
          ...(shares[0] === 1 ? [] : [`${candidate} did not serve when it was taken back`]),
        ],
      };
    },
    close: async (good) => {
      if (!watched) await watch.stop();
      await close(good);
    },
  };
}

const inputsSchema = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) });

/** The runs in which it went back, and what they did; the same words once more begin a run of their own, which takes the place of the one that was killed. */
async function rollbackState(lab: Lab, version: string, again: Again) {
  const runs: { readonly outcome: string; readonly journal: string; readonly twice: readonly string[] }[] = [];
  for (const { run, procedure, finished } of await listRuns(lab.state)) {
    if (procedure !== 'rollback') continue;
    const { inputs, entries } = await readRun(lab.state, run);
    if (inputsSchema.parse(inputs).candidate.release.version !== version) continue;
    const done = entries.filter(({ record }) => record.type === 'step.done').map(({ record }) => record.node);
    const twice = done.filter((node, index) => done.indexOf(node) !== index);
    runs.push({ outcome: finished?.outcome ?? 'open', journal: (await verifyRun(lab.state, run)).kind, twice });
  }
  const quarantined = (await readQuarantineOf(lab.state, 'production')).filter(
    ({ entry }) => entry.kind === 'quarantined' && entry.version === version,
  );
  return { quarantined: quarantined.length, ...(again === 'resume' ? { runs } : { last: runs.at(-1) }) };
}
