import { parseArgs } from 'node:util';
import { whyNoCluster } from '../lab/cluster/needed.ts';
import { startCluster } from '../lab/cluster/start.ts';
import { type ClusterLab, openClusterLab } from '../support/cluster-release.ts';
import { firstRelease, type Played, playSchedule } from '../support/cluster-schedules.ts';
import { pushVersions, type Stage } from '../support/cluster-stage.ts';
import { judgeProcess, rolloutConfig, rolloutParts } from '../support/judged-rollout.ts';
import { nextVersion, rollOut } from './support/cluster-outages.ts';

/**
 * Releases on a real cluster, with Argo CD and Argo Rollouts: first ways back while a bot, a person, self-heal, syncs, aborts and restarts of the controllers
 * happen as a schedule of the model says; what serves may change at most once, and nothing in quarantine may get a ready pod. Then rollouts while the pipeline,
 * the judge, the controllers and the API server are killed (-9); each must end whole, never above its planned share, with git naming what serves.
 *   --schedules N  (default: 30)
 *   --events N     in each schedule (default: 40)
 *   --rollouts N   (default: 20)
 *   --seed N       of the first schedule and the first rollout; the next one has the next (default: 1)
 * A fault is printed with its seed, and `--seed` with `--schedules 1` or `--rollouts 1` does it again.
 */

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
}

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { schedules: option, events: option, rollouts: option, seed: option } });
const schedules = whole(values.schedules ?? '30');
const rollouts = whole(values.rollouts ?? '20');
const length = whole(values.events ?? '40');
const seed = whole(values.seed ?? '1');
const TOKEN = 'token-of-the-lab-only-0123';

/** One service whose Rollout has a watch of its own: the judge, asked by the controller. */
async function openJudged(cluster: Stage['cluster']): Promise<{
  readonly lab: ClusterLab;
  readonly judge: Awaited<ReturnType<typeof judgeProcess>>;
}> {
  const made: { judge?: Awaited<ReturnType<typeof judgeProcess>> } = {};
  const lab = await openClusterLab(cluster, {
    namespace: 'outages',
    strategy: 'canary',
    nodePort: 30_180,
    parts: async (prometheus) => {
      const config = rolloutConfig(prometheus);
      const judge = await judgeProcess(cluster, config, TOKEN);
      await judge.start();
      made.judge = judge;
      const [patch, ...templates] = rolloutParts(config, judge.url, 2_000, 'push');
      const token = Buffer.from(TOKEN).toString('base64');
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shiplock-judge' }, data: { token } };
      return { strategy: patch?.spec['strategy'], objects: [...templates, secret] };
    },
  });
  if (made.judge === undefined) throw new Error('the judge was not started');
  return { lab, judge: made.judge };
}

async function playSchedules(stage: Stage): Promise<number> {
  await firstRelease(stage);
  const ends = new Map<Played['end'], number>();
  let faults = 0;
  for (let n = 0; n < schedules; n++) {
    const played = await playSchedule(stage, seed + n, length).catch(
      (error: unknown): Played => ({ seed: seed + n, faults: [String(error)], end: 'wrong', seconds: 0, events: 0 }),
    );
    ends.set(played.end, (ends.get(played.end) ?? 0) + 1);
    console.log(`schedule ${n + 1} (seed ${played.seed}): ${played.end}, ${played.seconds.toFixed(1)} s`);
    for (const fault of played.faults) console.log(`    FAULT ${fault}`);
    if (played.faults.length > 0) faults += 1;
    // What it left behind would be blamed on the next.
    if (played.end === 'wrong') break;
  }
  const told = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
  console.log(`${schedules} schedules of ${length} events: ${told}; ${faults} with a fault`);
  return faults;
}

async function playRollouts(stage: Stage, judge: Awaited<ReturnType<typeof judgeProcess>>): Promise<number> {
  await firstRelease(stage);
  const plain = await rollOut(stage, judge, '1.2.0', { seed, seconds: null });
  if (plain.faults.length > 0) throw new Error(`undisturbed: ${plain.faults.join('\n')}`);
  console.log(`undisturbed: ${plain.end}, ${plain.seconds.toFixed(1)} s`);
  const sum = { promoted: 0, 'taken back': 0, wrong: 0 };
  let faults = 0;
  let outages = 0;
  let processes = 0;
  for (let n = 0; n < rollouts; n++) {
    const version = await nextVersion(stage, seed + n);
    const rolled = await rollOut(stage, judge, version, { seed: seed + n, seconds: plain.seconds });
    sum[rolled.end] += 1;
    outages += rolled.outages.length;
    processes += rolled.exits.length;
    const { end, seconds, exits } = rolled;
    console.log(
      `rollout ${n + 1} (seed ${seed + n}): ${version} ${end}, ${seconds.toFixed(1)} s, exits ${exits.join(' ')}: ${rolled.outages.join(', ')}`,
    );
    for (const fault of rolled.faults) console.log(`    FAULT ${fault}`);
    if (rolled.faults.length > 0) faults += 1;
    if (end === 'wrong') break;
  }
  console.log(
    `${rollouts} rollouts, ${outages} outages, ${processes} processes: ${sum.promoted} promoted, ${sum['taken back']} taken back whole; ${faults} with a fault`,
  );
  return faults;
}

async function main(): Promise<number> {
  const why = await whyNoCluster();
  if (why !== null) {
    process.stderr.write(`${why}\n`);
    return 2;
  }
  await using cluster = await startCluster({ argocd: true, rollouts: true });
  const digests = await pushVersions(cluster);
  let faults = 0;
  if (schedules > 0) {
    await using lab = await openClusterLab(cluster, { namespace: 'flaps', strategy: 'canary', nodePort: 30_080 });
    faults += await playSchedules({ cluster, lab, digests });
  }
  if (rollouts > 0) {
    const { lab, judge } = await openJudged(cluster);
    try {
      faults += await playRollouts({ cluster, lab, digests }, judge);
    } finally {
      await judge.kill();
      await lab[Symbol.asyncDispose]();
    }
  }
  return faults === 0 ? 0 : 1;
}

process.exitCode = await main();
