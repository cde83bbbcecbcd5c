import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Mariadb } from '../../../scripts/components/mariadb.ts';
import { freePortRange } from '../../../scripts/components/ports.ts';
import { type Lab, type LabOptions, openLab } from '../../../scripts/lab/lab.ts';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { childProgram } from '../../../scripts/testing/children.ts';
import { listRuns, readRun } from '../../../src/procedure/index.ts';
import { type Before, endState, gitCommits, type Parts, pause, sweepMigration } from './end-state.ts';
import { runProcess } from './process.ts';
import { type ProxyWatch, type Shares, watchProxy } from './proxy-watch.ts';
import type { Place, Trial } from './sweep.ts';

/** Where releases are crashed: a first one in an empty world, a canary from one version to the next, a canary that is taken back. */

const CHILD = childProgram('release');

/** What may stand around a release besides its database. */
export type Around = Partial<Pick<LabOptions, 'ports' | 'prometheusUrl' | 'top'>>;
/** Asked anew for each world that releases begin in. */
export type MakeAround = () => Around;
const nothing: MakeAround = () => ({});

/** Every wait as short as it may be: what is looked for is order, not time. */
export async function quickLab(
  mariadb: Mariadb,
  database: string,
  rollout: object = {},
  platform: Readonly<Record<string, unknown>> = {},
  around: Around = {},
): Promise<Lab> {
  return openLab({
    database: true,
    frontend: false,
    mariadb: { server: mariadb, database },
    ports: await freePortRange(41),
    ...around,
    metrics: { every: '200ms' },
    platform,
    traffic: { deadMan: '10s', longestTimeout: '200ms' },
    rollout: {
      steps: [{ share: '30%', bake: '1s' }],
      analysis: { past: '0s' },
      analysisDeadline: '1s',
      finalBake: '0s',
      drainTimeout: '5s',
      healthDeadline: '20s',
      lowTraffic: 'smoke',
      ...rollout,
    },
  });
}

interface Begun {
  readonly lab: Lab;
  readonly mariadb: Mariadb;
  readonly database: string;
  readonly parts: Parts;
  readonly before: Before;
  /** Number of the migration that comes with the candidate; null when all of them do. */
  readonly sweep: number | null;
  readonly gives: readonly Gift[];
}

function trialOf(begun: Begun, load: Load | null, close: (good: boolean) => Promise<void>): Trial {
  const { lab, mariadb, database, parts, before } = begun;
  const report = join(lab.dir, `boundaries-${parts.candidate}`);
  const watch: ProxyWatch = watchProxy(lab.host);
  let readings: readonly Shares[] | undefined;
  return {
    report,
    env: { ...process.env, ...lab.env },
    argv: (kill) => [
      process.execPath,
      CHILD,
      JSON.stringify({
        configFile: join(lab.service, 'shiplock.yaml'),
        store: lab.state,
        version: parts.candidate,
        report,
        migration: begun.sweep === null ? null : sweepMigration(begun.sweep),
        kill,
        evidence: EVIDENCE,
      }),
    ],
    end: async () => {
      await load?.stop();
      readings = await watch.stop();
      return {
        state: await endState(lab, { access: mariadb.root(database), sweep: begun.sweep }, parts, before),
        broken: await aboveThePlan(lab, parts.candidate, readings, begun.gives),
      };
    },
    close: async (good) => {
      if (readings === undefined) {
        await load?.stop();
        await watch.stop();
      }
      await close(good);
    },
  };
}

/** At the checkpoint of a rolling release; the others open no gate. */
const EVIDENCE = { log: true, decision: 'go-on' };

/** From when a step may have had its effect, by the end of its path. A way back gives nothing: it may only lower what was planned before it. */
interface Gift {
  readonly step: RegExp;
  readonly share: number;
}
const GIVES: readonly Gift[] = [
  { step: /\/share-30-percent$/, share: 0.3 },
  { step: /\/(promote|open|switch)$/, share: 1 },
];
const TAKES = /\/rollback\/(all-traffic-back|unroute)$|\/drain\/no-traffic$/;

/**
 * The shares the proxy gave against the ones that the journal had planned by then: the intent is durable before the effect, so a share
 * without one is a share that nobody planned. After the traffic went back there is none at all.
 */
async function aboveThePlan(
  lab: Lab,
  candidate: string,
  readings: readonly Shares[],
  gifts: readonly Gift[],
): Promise<readonly string[]> {
  const inputs = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) });
  const planned: { readonly time: number; readonly share: number }[] = [];
  for (const { run, procedure } of await listRuns(lab.state)) {
    if (procedure !== 'release') continue;
    const recorded = await readRun(lab.state, run);
    if (inputs.parse(recorded.inputs).candidate.release.version !== candidate) continue;
    for (const { record } of recorded.entries) {
      const gives = gifts.find((one) => one.step.test(record.node));
      const time = Date.parse(record.time);
      if (record.type === 'step.intent' && gives !== undefined) planned.push({ time, share: gives.share });
      if (record.type === 'step.done' && TAKES.test(record.node)) planned.push({ time, share: 0 });
    }
  }
  const plannedAt = (time: number): number => planned.findLast((one) => one.time <= time)?.share ?? 0;
  const broken: string[] = [];
  for (const reading of readings) {
    const share = reading.shares.get(candidate) ?? 0;
    const allowed = Math.max(plannedAt(reading.from), plannedAt(reading.to));
    if (share <= allowed + 0.002) continue;
    broken.push(`${candidate} had ${share.toFixed(3)} of the traffic when ${allowed} was planned`);
  }
  if (readings.length === 0) broken.push('the proxy was not seen once');
  // A watch that sees nothing would find nothing wrong: the share of the step must be among what it saw.
  const given = planned.some((one) => one.share === 0.3) && !planned.some((one) => one.share === 0);
  const seen = readings.some((one) => Math.abs((one.shares.get(candidate) ?? 0) - 0.3) < 0.005);
  if (given && !seen) broken.push('a share of 30 % was given, and never seen at the proxy');
  return [...new Set(broken)];
}

/** Nothing runs and the database is empty, every time. */
export function initialPlace(mariadb: Mariadb): Place {
  let count = 0;
  return {
    name: 'initial',
    exit: 0,
    open: async () => {
      const database = `first_${process.pid}_${++count}`;
      const lab = await quickLab(mariadb, database);
      await lab.commit('1.0.0');
      const begun = {
        lab,
        mariadb,
        database,
        parts: { candidate: '1.0.0', stable: null },
        before: { commits: 0 },
        sweep: null,
        gives: GIVES,
      };
      return trialOf(begun, null, () => lab.stop());
    },
    close: async () => undefined,
  };
}

interface Load {
  stop(): Promise<void>;
}

/** A little real traffic, bounded: for verdicts, not for figures. */
function startLoad(url: string, requestsPerSecond: number): Load {
  let going = true;
  const open = new Set<Promise<unknown>>();
  const loop = (async () => {
    const until = performance.now() + 120_000;
    while (going && performance.now() < until) {
      const one: Promise<unknown> = fetch(url, { signal: AbortSignal.timeout(2_000) })
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined)
        .finally(() => open.delete(one));
      open.add(one);
      await pause(1000 / requestsPerSecond);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
      await Promise.all(open);
    },
  };
}

/** Each release goes from the version before it to the next, with one new migration of two statements. */
export function canaryPlace(mariadb: Mariadb, around: MakeAround = nothing): Place {
  return nextPlace('canary', mariadb, { exit: 0, api: {}, rollout: {}, around });
}

/** The same, but all traffic at once, with the version before it standing by. */
export function blueGreenPlace(mariadb: Mariadb, around: MakeAround = nothing): Place {
  const rollout = { strategy: 'blue-green', steps: [], finalBake: '1s' };
  return nextPlace('blue-green', mariadb, { exit: 0, api: {}, rollout, around });
}

/** Three hosts on this machine, one after the other, with the checkpoint filled in at once. */
export function rollingPlace(mariadb: Mariadb, around: MakeAround = nothing): Place {
  return nextPlace('rolling', mariadb, { exit: 0, api: {}, ...ROLLING, around });
}

/** The same, but the candidate fails on the first host. */
export function rollingBackPlace(mariadb: Mariadb): Place {
  const faulty = { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '1' } };
  const rollout = { ...ROLLING.rollout, smoke: [{ path: '/healthz', status: 200 }], analysisDeadline: '60s' };
  return nextPlace('rolling, taken back', mariadb, { ...ROLLING, exit: 4, api: faulty, rollout });
}

const ROLLING = {
  platform: { hosts: ['a', 'b', 'c'] },
  rollout: {
    strategy: 'rolling',
    steps: [],
    capacity: { perInstance: '50%' },
    rolling: {
      ...{ firstBake: '1s', bake: '1s', wholeBake: '0s' },
      inspection: [{ kind: 'check', name: 'log', question: 'Was the log read?' }],
    },
  },
  gives: [
    { step: /\/(share-33-3-percent|traffic-again)$/, share: 0.334 },
    { step: /\/take-out-2$/, share: 0.5 },
    { step: /\/share-66-7-percent$/, share: 0.667 },
    { step: /\/(take-out-3|share-100-percent|promote)$/, share: 1 },
  ],
};

/** The candidate answers every request with an error: the evidence says `worse`, and it is taken back. */
export function rolledBackPlace(mariadb: Mariadb, around: MakeAround = nothing): Place {
  const faulty = { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '1' } };
  // The faults are not in /healthz, so that it gets as far as a share; then only evidence may decide.
  const rollout = { smoke: [{ path: '/healthz', status: 200 }], analysisDeadline: '60s' };
  return nextPlace('canary, taken back', mariadb, { exit: 4, api: faulty, rollout, around });
}

interface Kind {
  readonly exit: 0 | 4;
  /** Settings of the API in every candidate. */
  readonly api: Readonly<Record<string, unknown>>;
  readonly rollout: object;
  readonly platform?: Readonly<Record<string, unknown>>;
  readonly gives?: readonly Gift[];
  readonly around?: MakeAround;
}

function nextPlace(
  name: string,
  mariadb: Mariadb,
  { exit, api, rollout, platform = {}, gives = GIVES, around = nothing }: Kind,
): Place {
  let world: { readonly lab: Lab; readonly database: string; stable: string; releases: number } | null = null;
  let worlds = 0;
  const begin = async () => {
    const database = `next_${process.pid}_${name.replaceAll(/\W+/g, '')}_${++worlds}`;
    const lab = await quickLab(mariadb, database, rollout, platform, around());
    await lab.commit('1.0.0');
    const ended = await runProcess(
      [process.execPath, PROGRAM, 'release', 'production', '--quiet', '--state', lab.state],
      { cwd: lab.service, env: { ...process.env, ...lab.env }, limitMs: 90_000 },
    );
    if (ended.code !== 0) throw new Error(`the release to start from ended with ${ended.code}:\n${ended.output}`);
    return { lab, database, stable: '1.0.0', releases: 0 };
  };
  return {
    name,
    exit,
    open: async () => {
      world ??= await begin();
      const here = world;
      const { lab, database, stable } = here;
      const number = ++here.releases;
      const candidate = `2.${number}.0`;
      await writeFile(join(lab.service, 'migrations', `${sweepMigration(number)}.sql`), migration(number));
      await lab.commit(candidate, api);
      const before = { commits: await gitCommits(lab) };
      const load = exit === 4 ? startLoad(`${lab.entry}/api/v1/ping`, 60) : null;
      const parts = { candidate, stable };
      return trialOf({ lab, mariadb, database, parts, before, sweep: number, gives }, load, async (good) => {
        if (good && exit === 0) here.stable = candidate;
        if (good) return;
        // What a failed try left behind must not be blamed on the next.
        world = null;
        await lab.stop();
      });
    },
    close: async () => {
      const lab = world?.lab;
      world = null;
      await lab?.stop();
    },
  };
}

/** Statements that fail when they are done twice. */
function migration(number: number): string {
  return `-- shiplock: phase=expand
CREATE TABLE sweep_${number} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL) ENGINE=InnoDB;

ALTER TABLE sweep_${number} ADD COLUMN more INT NULL;
`;
}
