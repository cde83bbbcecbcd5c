import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../lab/cluster/namespaces.ts';
import { startCluster } from '../lab/cluster/start.ts';
import {
  type JudgedRollout,
  judgedRollout,
  judgeProcess,
  rolloutConfig,
  rolloutParts,
} from '../support/judged-rollout.ts';
import { type Figure, say } from './support/figure.ts';
import { median } from './support/statistics.ts';

/**
 * From the first bad answer of a new version to the last, on a real cluster: `npm run bench kubernetes [ROUNDS] [later]`. The same Rollout, weights,
 * load and Prometheus (a scrape each second); only who judges differs. `later`: each pod is good in its first 25 seconds.
 */

const TOKEN = 'token-of-the-lab-only-0123';
const PER_SECOND = 60;
const BAD_RATE = 0.2;

interface Variant {
  readonly name: string;
  readonly parts: { readonly strategy: unknown; readonly templates: readonly object[] };
}

export async function kubernetesBench(words: readonly string[]): Promise<readonly Figure[]> {
  const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? '3');
  const later = words.includes('later');
  say('bringing the cluster up');
  await using cluster = await startCluster({ rollouts: true });
  const good = await cluster.pushService({ version: '1.0.0' });
  const rollout = await judgedRollout(cluster, PER_SECOND);
  const config = rolloutConfig(rollout.prometheus);
  const judge = await judgeProcess(cluster, config, TOKEN);
  try {
    await judge.start();
    await cluster.must(['create', 'secret', 'generic', 'shiplock-judge', `--from-literal=token=${TOKEN}`]);
    const [patch, ...templates] = rolloutParts(config, judge.url, 5_000);
    const ours = { name: 'the judge, asked every 5 s', parts: { strategy: patch?.spec['strategy'], templates } };
    const stock = (interval: string) => ({
      name: `the Prometheus provider of Argo Rollouts, every ${interval}`,
      parts: stockParts(rollout.prometheus, interval),
    });
    const variants: readonly Variant[] = [ours, stock('10s'), stock('1m')];
    const times = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
    await rollout.apply(ours.parts.strategy, ours.parts.templates, good);
    await phase(rollout, 'Healthy');
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { name, parts }] of variants.entries()) {
        await rollout.apply(parts.strategy, parts.templates, good);
        await phase(rollout, 'Healthy');
        // A past of its own for each.
        await sleep(25_000);
        // Another digest each time: the same pods would be known already.
        const rate = String(BAD_RATE + 0.001 * (round * variants.length + index));
        const bad = await cluster.pushService({
          version: '1.2.0',
          faults: { CERTKEEPER_FAULT_ERROR_RATE: rate, ...(later ? { CERTKEEPER_FAULT_AFTER: '25s' } : {}) },
        });
        const seconds = await badSeconds(rollout, bad, good);
        say(`${name}: ${seconds.toFixed(1)} s`);
        times.get(name)?.push(seconds);
      }
    }
    const ourMedian = median(times.get(ours.name) ?? []);
    return variants.map(({ name }) => {
      const all = times.get(name) ?? [];
      const ratio = name === ours.name ? '' : `, ${(median(all) / ourMedian).toFixed(1)} times ours`;
      return {
        name: `from the first bad answer to the last${later ? ', bad after 25 s' : ''}: ${name}`,
        value: `median ${median(all).toFixed(1)} s${ratio} (${all.map((one) => one.toFixed(1)).join(', ')})`,
        met: null,
      };
    });
  } finally {
    await rollout.stop();
    await judge.kill();
  }
}

/** Seconds in which a bad version gave bad answers; afterwards the good one serves again. */
async function badSeconds(rollout: JudgedRollout, bad: string, good: string): Promise<number> {
  const from = rollout.answers.length;
  await rollout.release(bad);
  await phase(rollout, 'Degraded');
  // Its pods are gone when three seconds bring no bad answer.
  await until('only good answers', async () => {
    const now = Date.now();
    return rollout.answers.slice(from).every(({ at, ok }) => ok || at < now - 3_000);
  });
  const wrong = rollout.answers.slice(from).filter(({ ok }) => !ok);
  await rollout.release(good);
  await phase(rollout, 'Healthy');
  return ((wrong.at(-1)?.at ?? 0) - (wrong[0]?.at ?? 0)) / 1000;
}

async function phase(rollout: JudgedRollout, wanted: string): Promise<void> {
  await until(`phase ${wanted}`, async () => (await rollout.state()).phase === wanted, 600_000);
}

/** As the documentation of Argo Rollouts shows it: a threshold on the rate of bad answers, every limit at its default. */
function stockParts(prometheus: string, interval: string): Variant['parts'] {
  const counter = 'certkeeper_http_requests_total{route="/api/v1/ping",hash="{{args.canary}}"';
  const analysis = {
    templates: [{ templateName: `stock-${interval}` }],
    args: [{ name: 'canary', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
  const template = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: `stock-${interval}` },
    spec: {
      args: [{ name: 'canary' }],
      metrics: [
        {
          name: 'success-rate',
          interval,
          count: 5,
          successCondition: 'result[0] >= 0.95',
          provider: {
            prometheus: {
              address: prometheus,
              query: `sum(rate(${counter},code!~"5.."}[1m])) / sum(rate(${counter}}[1m]))`,
            },
          },
        },
      ],
    },
  };
  const steps = [25, 50].flatMap((setWeight) => [{ setWeight }, { analysis }]);
  return { strategy: { canary: { maxSurge: 1, maxUnavailable: 0, steps } }, templates: [template] };
}
