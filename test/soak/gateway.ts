import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machineLine, say } from '../bench/support/figure.ts';
import { median } from '../bench/support/statistics.ts';
import { until } from '../lab/cluster/namespaces.ts';
import { whyNoCluster } from '../lab/cluster/needed.ts';
import { binomialP } from '../support/binomial.ts';
import { type Answer, openRouted, type Routed } from './support/routed.ts';

/**
 * The production overlay on a real cluster with a real Traefik, metrics-server and Argo CD: a canary with weights by HTTPRoute is promoted while the autoscaler brings more pods under load,
 * and others are aborted. Shares must be those of the weights (p > 1e-6), no request may be lost, an abort must end in weight 0, and git must stay in agreement.
 * The first run builds Traefik and metrics-server.
 *   --aborts N   (default: 5)
 *   --count N    requests that are counted at each weight (default: 3000)
 *   --rate N     requests per second (default: 40)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { aborts: option, count: option, rate: option } });
const aborts = Number(values.aborts ?? '5');
const count = Number(values.count ?? '3000');
const rate = Number(values.rate ?? '40');
/** So many times the load beside it make the autoscaler bring more pods. */
const BUSY = 8;
const STABLE = '1.0.0';
const NEXT = '1.1.0';
const BAD = '1.2.0';
const broken: string[] = [];
const lines: string[] = [];

function check(ok: boolean, what: string): void {
  if (!ok) broken.push(what);
  say(`${ok ? 'as it should be' : 'BROKEN'}: ${what}`);
}

async function phase(place: Routed, wanted: string): Promise<void> {
  await until(`phase ${wanted}`, async () => (await place.rollout()).status.phase === wanted, 300_000);
}

/** Pauses at a weight, which stands in the HTTPRoute and has reached Traefik. */
async function at(place: Routed, weight: number): Promise<void> {
  await until(
    `weight ${weight}`,
    async () => (await place.rollout()).status.phase === 'Paused' && (await place.weights())['api-canary'] === weight,
    300_000,
  );
  // Traefik takes changes up at most every two seconds.
  await sleep(4_000);
}

/** Counts what comes from now on. */
async function share(place: Routed, version: string, weight: number): Promise<void> {
  const from = Date.now();
  const counted = (): readonly { readonly version: string }[] =>
    place.answers.filter(({ at, status }) => at >= from && status === 200);
  await until('enough requests', async () => counted().length >= count, 600_000);
  const all = counted();
  const hits = all.filter((one) => one.version === version).length;
  const p = binomialP(hits, all.length, weight / 100);
  const text = `weight ${weight}: ${hits} of ${all.length} requests (${((100 * hits) / all.length).toFixed(2)} %), p = ${p.toPrecision(2)}`;
  check(p > 1e-6, text);
  lines.push(text);
  const seen = await place.share(version);
  check(Math.abs(seen - weight / 100) < 1e-9, `shiplock sees a share of ${seen} at weight ${weight}`);
}

/** Nothing of what the cluster wrote is a difference, and nothing of it is taken back. */
async function agreed(place: Routed, commit: string, when: string): Promise<void> {
  await until('a comparison with that commit', async () => (await place.sync()).revision === commit);
  const before = { weights: await place.weights(), replicas: (await place.rollout()).spec.replicas };
  // Argo CD compares anew every five seconds here, and would heal.
  await sleep(12_000);
  const { status } = await place.sync();
  const after = { weights: await place.weights(), replicas: (await place.rollout()).spec.replicas };
  const same = JSON.stringify(before) === JSON.stringify(after);
  check(status === 'Synced' && same, `Argo CD says ${status} and leaves weights and number of pods alone ${when}`);
}

/** How many had which status. */
function statuses(answers: readonly Answer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, times]) => `${times} × ${status}`).join(', ');
}

/** `6m` and `1` as thousandths of a processor. */
function milli(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

async function figure(place: Routed): Promise<string> {
  let value = '';
  await until(
    'a figure of the autoscaler',
    async () => {
      value = (await place.autoscaler()).status.currentMetrics?.[0]?.resource?.current.averageValue ?? '';
      return value !== '';
    },
    300_000,
  );
  return value;
}

async function sweep(): Promise<void> {
  await using place = await openRouted([STABLE, NEXT, BAD]);
  const [, next = '', bad = ''] = place.images;
  say('the cluster is up');
  await phase(place, 'Healthy');
  place.load(rate);
  await until('answers of the first version', async () => place.answers.some(({ status }) => status === 200));
  // Before the first route there is nobody who answers.
  const begin = place.answers.findIndex(({ status }) => status === 200);
  const first = place.answers[begin]?.at ?? 0;

  const value = await figure(place);
  await until('three pods', async () => (await place.rollout()).status.availableReplicas === 3, 300_000);
  const { spec, status } = await place.autoscaler();
  check(
    status.desiredReplicas === spec.minReplicas,
    `the autoscaler sees ${value} CPU a pod and wants ${status.desiredReplicas} pods`,
  );
  lines.push(`figure of metrics-server in the autoscaler: ${value} a pod; ${status.desiredReplicas} pods wanted`);

  say('a canary that is promoted');
  let commit = await place.deploy(next);
  await at(place, 10);
  await share(place, NEXT, 10);
  await agreed(place, commit, 'at weight 10');
  // So much more than now that only more requests reach it.
  const target = Math.ceil(1.6 * milli(await figure(place))) + 2;
  commit = await place.autoscale(`${target}m`, 5);
  await agreed(place, commit, `with a target of ${target}m a pod`);
  check((await place.rollout()).spec.replicas === 3, `three pods at ${rate} requests/s and a target of ${target}m`);
  place.press(rate * BUSY);
  await until(
    'five pods',
    async () => {
      const { spec: now } = await place.rollout();
      return now.replicas === 5 && (await place.autoscaler()).status.desiredReplicas === 5;
    },
    300_000,
  );
  await until('all of them ready', async () => ((await place.rollout()).status.availableReplicas ?? 0) >= 5, 300_000);
  const busy = await figure(place);
  lines.push(
    `under ${BUSY} times the load (target ${target}m a pod, seen ${busy}) the autoscaler set spec.replicas of the Rollout from 3 to 5 at weight 10`,
  );
  await agreed(place, commit, 'after the autoscaler changed the number of pods in the middle of a canary');
  await at(place, 10);
  await share(place, NEXT, 10);
  place.press(0);
  lines.push(`of the requests that only kept the pods busy, ${statuses(place.pressed)}`);
  await place.order({ pauseConditions: null });
  await at(place, 50);
  await share(place, NEXT, 50);
  await place.order({ pauseConditions: null });
  await phase(place, 'Healthy');
  await place.settled(commit);
  check(
    (await place.weights())['api-canary'] === 0,
    'promoted: the weight of api-canary is 0 again, and api-stable is the new version',
  );
  await sleep(4_000);
  await only(place, NEXT);

  const times: number[] = [];
  for (let round = 0; round < aborts; round += 1) {
    say(`an abort, ${round + 1} of ${aborts}`);
    await place.deploy(bad);
    await at(place, 10);
    await place.order({ pauseConditions: null });
    await at(place, 50);
    const ordered = Date.now();
    await place.order({ abort: true });
    await until('weight 0', async () => (await place.weights())['api-canary'] === 0);
    await sleep(5_000);
    await only(place, NEXT);
    const last = place.answers.filter(({ version }) => version === BAD).at(-1)?.at ?? 0;
    times.push(Math.max(0, last - ordered) / 1000);
    await place.settled(await place.deploy(next));
  }
  const sorted = times.map((one) => one.toFixed(1)).join(', ');
  lines.push(
    `from the order to abort to the start of the last request that the aborted version got: median ${median(times).toFixed(1)} s (${sorted})`,
  );
  check(times.length === aborts, `${aborts} aborts, each to weight 0`);

  const judged = place.answers.filter(({ at }) => at >= first);
  const lost = judged.filter((one) => one.status !== 200);
  check(lost.length === 0, `${lost.length} of ${judged.length} requests lost: ${statuses(judged)}`);
  lines.push(`${lost.length} of ${judged.length} requests lost in all`);
}

/** From a moment ago on only one version answers. */
async function only(place: Routed, version: string): Promise<void> {
  const from = Date.now();
  await sleep(2_000);
  const others = place.answers.filter((one) => one.at >= from && one.status === 200 && one.version !== version);
  check(others.length === 0, `only ${version} answers; ${others.length} requests went elsewhere`);
}

const why = await whyNoCluster();
if (why !== null) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 2;
} else {
  const before = machineLine();
  await sweep();
  console.log(
    `\nbefore: ${before}\nafter:  ${machineLine()}\n\n${lines.join('\n')}\n${broken.length} of the promises broken`,
  );
  for (const one of broken) console.log(`    ${one}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
