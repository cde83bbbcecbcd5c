import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helper } from '../../scripts/components/supervise.ts';

/** Counters that a made-up Prometheus has scraped, past and future: laid down as its own blocks, so that a test need not wait for them. */
export interface PastSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds and value, ascending. */
  readonly samples: readonly (readonly [number, number])[];
}

/** @returns the directory for Prometheus, with its `data` */
export async function layDownCounts(series: readonly PastSeries[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-past-counts-'));
  const file = join(dir, 'counts.om');
  await writeFile(file, openMetrics(series));
  await helper(['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', file, join(dir, 'data')], 'promtool refuses');
  return dir;
}

function openMetrics(series: readonly PastSeries[]): string {
  const lines: string[] = [];
  for (const [name, same] of Map.groupBy(series, (one) => one.name)) {
    lines.push(`# TYPE ${name} gauge`);
    for (const { labels, samples } of same) {
      const text = Object.entries(labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(',');
      for (const [ms, value] of samples) lines.push(`${name}{${text}} ${value} ${(ms / 1000).toFixed(3)}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

/** What one pod does in each second: requests, and how many of them are bad. */
export interface PodLife {
  readonly hash: string;
  readonly pod: string;
  /** Seconds from the beginning of the story; it counts from 0 at `from`. */
  readonly from: number;
  readonly until: number;
  readonly perSecond: number;
  readonly badRate: (second: number) => number;
  /** Seconds at which its counters begin again at 0. */
  readonly restarts?: readonly number[];
  /** Seconds without a scrape. */
  readonly missed?: readonly number[];
}

/** Series of pods as a Prometheus that scrapes each second, 300 ms after it, would have them. Seeded: the same every time. */
export function podSeries(pods: readonly PodLife[], beginMs: number, seed = 1): readonly PastSeries[] {
  const chance = random(seed);
  return pods.flatMap(({ hash, pod, from, until, perSecond, badRate, restarts = [], missed = [] }) => {
    const labels = { hash, pod };
    const requests: [number, number][] = [];
    const bad: [number, number][] = [];
    let counts = { requests: 0, bad: 0 };
    for (let second = from; second <= until; second += 1) {
      if (restarts.includes(second)) counts = { requests: 0, bad: 0 };
      if (second > from) {
        for (let i = 0; i < perSecond; i += 1) if (chance() < badRate(second)) counts.bad += 1;
        counts.requests += perSecond;
      }
      if (missed.includes(second)) continue;
      const time = beginMs + second * 1000 + 300;
      requests.push([time, counts.requests]);
      bad.push([time, counts.bad]);
    }
    return [
      { name: 'http_requests_total', labels, samples: requests },
      { name: 'http_bad_total', labels, samples: bad },
    ];
  });
}

/** Mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
