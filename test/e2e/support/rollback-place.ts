import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Mariadb } from '../../../scripts/components/mariadb.ts';
import { freePortRange } from '../../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../../scripts/lab/lab.ts';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { childProgram } from '../../../scripts/testing/children.ts';
import { listRuns, readLease, readRun, verifyRun } from '../../../src/procedure/index.ts';
import { readQuarantineOf } from '../../../src/release/quarantine/record.ts';
import { endState, gitCommits } from './end-state.ts';
import { quickLab } from './places.ts';
import { runProcess } from './process.ts';
import { watchProxy } from './proxy-watch.ts';
import type { Place, Trial } from './sweep.ts';

/** Where the runbook `rollback` is crashed: a release that came through is taken back, by a person and not by a verdict. */

const CHILD = childProgram('rollback');
const STABLE = '1.0.0';
const QUICK = {
  steps: [{ share: '50%', bake: '1s' }],
  analysis: { past: '0s' },
  ...{ finalBake: '500ms', healthDeadline: '20s', lowTraffic: 'smoke', analysisDeadline: '1s' },
};

/** How somebody goes on with it: by the run that was killed, or by the same words once more. */
export type Again = 'resume' | 'same-words';

/** An API with a database behind HAProxy, released as a canary. */
export function rollbackPlace(mariadb: Mariadb, again: Again): Place {
  let databases = 0;
  return placeOf(`rollback, gone on with by ${again === 'resume' ? 'its run' : 'the same words'}`, async () => {
    const database = `back_${process.pid}_${again.replaceAll('-', '')}_${++databases}`;
    const lab = await quickLab(mariadb, database);
    await lab.commit(STABLE);
    await releaseNow(lab);
    return {
      lab,
      commit: async (candidate) => void (await lab.commit(candidate)),
      trial: (candidate) => apiTrial({ lab, access: mariadb.root(database), candidate, again }),
    };
  });
}

/** A service that is only files: a release of it takes a second or two. Before the version that it goes back to another one has served. */
export function filesBackPlace(again: Again): Place {
  return placeOf(
    `rollback of files, gone on with by ${again === 'resume' ? 'its run' : 'the same words'}`,
    async () => {
      const lab = await openLab({
        ...{ database: false, frontend: false, ports: await freePortRange(21) },
        components: { site: { kind: 'static', source: 'site' } },
        metrics: { every: '200ms' },
        traffic: { longestTimeout: '500ms', deadMan: '10s', files: { component: 'site', service: [] } },
        rollout: QUICK,
        verify: [{ path: '/', status: 200, contains: 'page' }],
      });
      const commit = async (version: string): Promise<void> => {
        await mkdir(join(lab.service, 'site'), { recursive: true });
        await writeFile(join(lab.service, 'site', 'index.html'), `<h1>page of ${version}</h1>\n`);
        await lab.commit(version);
      };
      for (const version of ['0.9.0', STABLE]) {
        await commit(version);
        await releaseNow(lab);
      }
      return { lab, commit, trial: (candidate) => filesTrial(lab, candidate, again) };
    },
  );
}

/** Where something serves that is not the first release. */
interface World {
  readonly lab: Lab;
  commit(candidate: string): Promise<void>;
  trial(candidate: string): Promise<Watched>;
}

type Watched = Omit<Trial, 'close'> & { close(): Promise<void> };

function placeOf(name: string, begin: () => Promise<World>): Place {
  let world: World | null = null;
  let releases = 0;
  return {
    ...{ name, exit: 0 },
    open: async () => {
      world ??= await begin();
      const here = world;
      const candidate = `2.${++releases}.0`;
      await here.commit(candidate);
      await releaseNow(here.lab);
      const trial = await here.trial(candidate);
      return {
        ...trial,
        close: async (good) => {
          await trial.close();
          if (good) return;
          // What a failed try left behind must not be blamed on the next.
          world = null;
          await here.lab.stop();
        },
      };
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
      ...{ cwd: lab.service, env: { ...process.env, ...lab.env }, limitMs: 300_000 },
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

function processOf(lab: Lab, candidate: string, again: Again): Pick<Trial, 'report' | 'env' | 'argv'> {
  const report = join(lab.dir, `boundaries-back-${candidate}`);
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
  };
}

async function apiTrial({ lab, access, candidate, again }: Begun): Promise<Watched> {
  const before = { commits: await gitCommits(lab) };
  const watch = watchProxy(lab.host);
  let watched = false;
  return {
    ...processOf(lab, candidate, again),
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
    close: async () => {
      if (!watched) await watch.stop();
    },
  };
}

const historySchema = z.object({ history: z.array(z.object({ version: z.string(), outcome: z.string() })) });

async function filesTrial(lab: Lab, candidate: string, again: Again): Promise<Watched> {
  const before = await gitCommits(lab);
  return {
    ...processOf(lab, candidate, again),
    end: async () => {
      const answer = await fetch(`${lab.entry}/`);
      const page = await answer.text();
      const { history } = historySchema.parse(
        JSON.parse(await readFile(join(lab.state, 'environments', 'production.json'), 'utf8')),
      );
      const after = history.slice(history.findLastIndex(({ version }) => version === candidate) + 1);
      return {
        state: {
          history: [...new Set(after.map(({ version, outcome }) => `${version} ${outcome}`))],
          named: (await lab.named()).replaceAll(candidate, 'candidate'),
          commits: (await gitCommits(lab)) - before,
          held: (await readLease(lab.state, 'production'))?.lease.holder !== null,
          rollback: await rollbackState(lab, candidate, again),
        },
        broken: page.includes(`page of ${STABLE}<`) ? [] : [`${answer.status} ${page.trim()} after the way back`],
      };
    },
    close: async () => undefined,
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
  // Each run says for itself why something is on the list: of two runs the digests are compared, of one what it said.
  if (again === 'resume') return { quarantined: quarantined.length, runs };
  const digests = quarantined.flatMap(({ entry }) => (entry.kind === 'quarantined' ? [entry.digest] : []));
  return { quarantined: new Set(digests).size, last: runs.at(-1) };
}
