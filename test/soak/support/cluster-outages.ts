import { setTimeout as sleep } from 'node:timers/promises';
import { listRuns, readRun } from '../../../src/procedure/index.ts';
import { runProcess } from '../../e2e/support/process.ts';
import { choose, seeded } from '../../e2e/support/random.ts';
import { type Count, watchService } from '../../support/cluster-eyes.ts';
import { startRequests } from '../../support/cluster-release.ts';
import { agreed, BAD, digestOf, GOOD, letReturn, type Stage, unfinished } from '../../support/cluster-stage.ts';
import type { JudgeProcess } from '../../support/judged-rollout.ts';
import { type Breakable, disturb } from './outage.ts';

/** Rollouts on a real cluster while the pipeline, the judge, the controllers and the API server are killed (-9) at random and come back after up to four seconds. */

export interface Rolled {
  readonly version: string;
  readonly end: 'promoted' | 'taken back' | 'wrong';
  readonly exits: readonly number[];
  readonly outages: readonly string[];
  readonly faults: readonly string[];
  readonly seconds: number;
}

/** Processes that one rollout may take. */
const MOST = 12;
const LIMIT_MS = 400_000;
const PROGRAMS = [
  'rollouts-controller',
  'argocd-application-controller',
  'argocd-repo-server',
  'redis',
  'apiserver',
] as const;

/** Rolls a version out; `seconds` is about how long that takes undisturbed, null: nothing is disturbed. */
export async function rollOut(
  stage: Stage,
  judge: JudgeProcess,
  version: string,
  how: { readonly seed: number; readonly seconds: number | null },
): Promise<Rolled> {
  const from = performance.now();
  const { cluster, lab } = stage;
  const random = seeded(how.seed);
  const before = await lab.head();
  const digest = digestOf(stage, version);
  await letReturn(stage, version);
  const eyes = watchService(cluster.kubeconfig, lab.namespace);
  const load = startRequests(lab.entry, 60);
  const outages: string[] = [];
  const pipeline = { kill: (): void => undefined };
  try {
    await eyes.open;
    const began = Date.now();
    const parts = breakables(stage, judge, () => pipeline.kill());
    const disturbed =
      how.seconds === null ? Promise.resolve() : disturb(parts, how.seconds, random, (text) => outages.push(text));
    const { exits, output } = await toTheEnd(stage, version, disturbed, pipeline);
    const last = exits.at(-1);
    const wanted = version === BAD ? [4] : [0, 4];
    const end = !wanted.includes(last ?? -1) ? 'wrong' : last === 0 ? 'promoted' : 'taken back';
    const faults: string[] = [];
    if (end === 'wrong') faults.push(`ended with ${exits.join(' ')}\n${output}`);
    else
      await agreed(stage, end === 'promoted' ? digest : before).catch((error: unknown) => faults.push(String(error)));
    faults.push(...overWeight(eyes.counts, digest, await ordersSince(stage, began)));
    if (eyes.returned.length > 0) faults.push('what is in quarantine got a ready pod');
    return { version, end, exits, outages, faults, seconds: (performance.now() - from) / 1000 };
  } finally {
    await load.stop();
    await eyes.close();
  }
}

/** Goes on until the rollout is over, as an operator would: at once after a kill of the pipeline, else when all is up again. */
async function toTheEnd(
  stage: Stage,
  version: string,
  disturbed: Promise<unknown>,
  pipeline: { kill: () => void },
): Promise<{ readonly exits: readonly number[]; readonly output: string }> {
  const { lab } = stage;
  const { argv, cwd } = lab.spawn;
  const env = { ...process.env, SHIPLOCK_WHO: 'lab' };
  const exits: number[] = [];
  let output = '';
  while (exits.length < MOST) {
    const [open] = await unfinished(stage);
    const words = open === undefined ? ['release', 'production', '--release', version] : ['resume', open.run];
    const started = (kill: () => void): void => {
      pipeline.kill = kill;
    };
    const ended = await runProcess([...argv, ...words, '--state', lab.state], { cwd, env, limitMs: LIMIT_MS, started });
    exits.push(ended.code ?? -1);
    output = ended.output;
    if ((ended.code === 0 || ended.code === 4) && (await unfinished(stage)).length === 0) break;
    if (ended.signal === null) await disturbed;
  }
  await disturbed;
  return { exits, output };
}

function breakables({ cluster }: Stage, judge: JudgeProcess, killPipeline: () => void): readonly Breakable[] {
  const program = (name: string): Breakable => ({
    name,
    breakFor: async (ms) => {
      await cluster.kill(name);
      await sleep(ms);
      await cluster.restart(name);
    },
  });
  return [
    {
      name: 'pipeline',
      // Who runs it begins it again.
      breakFor: async () => killPipeline(),
    },
    {
      name: 'judge',
      breakFor: async (ms) => {
        await judge.kill();
        await sleep(ms);
        await judge.start();
      },
    },
    ...PROGRAMS.map(program),
  ];
}

/** When a release ordered the cluster to go on, and up to which share it may then be. */
interface Order {
  readonly at: number;
  readonly share: number;
}

const SHARE_AFTER: Readonly<Record<string, number>> = { 'go-on-25-percent': 0.5, 'go-on-50-percent': 1 };

async function ordersSince({ lab }: Stage, began: number): Promise<readonly Order[]> {
  const runs = (await listRuns(lab.state)).filter(({ startedAt }) => Date.parse(startedAt) >= began);
  const orders: Order[] = [];
  for (const { run } of runs) {
    for (const { record } of (await readRun(lab.state, run)).entries) {
      const share = SHARE_AFTER[record.node.split('/').at(-1) ?? ''];
      if (record.type === 'step.intent' && share !== undefined) orders.push({ at: Date.parse(record.time), share });
    }
  }
  return orders;
}

/** Moments at which more of the ready pods were of the new version than was ordered by then. Pure. */
export function overWeight(counts: readonly Count[], digest: string, orders: readonly Order[]): readonly string[] {
  return counts.flatMap(({ at, ready }) => {
    const all = [...ready.values()].reduce((sum, one) => sum + one, 0);
    const share = (ready.get(digest) ?? 0) / Math.max(1, all);
    const planned = Math.max(FIRST_SHARE, ...orders.filter((order) => order.at <= at).map((order) => order.share));
    return share <= planned ? [] : [`${percent(share)} of the pods, ${percent(planned)} planned`];
  });
}

const FIRST_SHARE = 0.25;

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Another good version than what serves, or sometimes the bad one. */
export async function nextVersion(stage: Stage, seed: number): Promise<string> {
  const random = seeded(seed);
  if (random() < 0.35) return BAD;
  const head = await stage.lab.head();
  const others = GOOD.filter((version) => digestOf(stage, version) !== head);
  return choose(others, 1, random)[0] ?? BAD;
}
