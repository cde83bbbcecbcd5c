import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { toolPath } from '../tool.ts';
import { type Component, homeFor, startComponent } from './supervise.ts';

export interface LoadOptions {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Requests per second, sent at their due times whether or not earlier ones were answered (open loop). */
  readonly rate: number;
  /** How long, in seconds (at most 3600); `stop()` ends it earlier. */
  readonly seconds: number;
  /** How long one request may take, in seconds (default 10). */
  readonly timeoutSeconds?: number;
  /** Response headers to keep for each hit, in any case. */
  readonly keepHeaders?: readonly string[];
  readonly dir?: string;
}

/** One request and what became of it. */
export interface Hit {
  readonly seq: number;
  /** When it started: milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly latencyMs: number;
  /** HTTP status, or 0 when there was no answer at all (connection error, time-out). */
  readonly code: number;
  /** Empty, or the client's own words. */
  readonly error: string;
  /** The headers named in `keepHeaders` that came, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadResult {
  readonly requests: number;
  /** How many hits had each status; "0" means no answer. */
  readonly statusCodes: Readonly<Record<string, number>>;
  /** How many hits had no answer, by the client's message (local ports left out). */
  readonly errors: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** Requests per second really sent. */
  readonly rate: number;
  /** In order of starting. */
  readonly hits: readonly Hit[];
}

export interface Load {
  readonly pid: number;
  /** Waits for the end of the load and gives what happened. */
  result(): Promise<LoadResult>;
  /** Sends no more requests, waits for the open ones, and gives what happened until then. */
  stop(): Promise<LoadResult>;
}

/** Starts an open-loop load with vegeta (built on first use). Results are written as they come and read at the end. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  if (!(options.rate > 0) || !(options.seconds > 0) || options.seconds > 3600) {
    throw new Error(
      `a load needs a rate above 0 and 0 < seconds ≤ 3600, got ${options.rate}/s for ${options.seconds} s`,
    );
  }
  const vegeta = await toolPath('vegeta');
  const home = await homeFor('load', options.dir);
  const file = join(home.dir, 'results.bin');
  const targets = join(home.dir, 'targets.json');
  await writeFile(targets, `${JSON.stringify(target(options))}\n`);
  await writeFile(file, '');
  const argv = [
    vegeta,
    'attack',
    '-format=json',
    `-targets=${targets}`,
    `-output=${file}`,
    '-max-body=0',
    '-redirects=-1',
  ];
  argv.push(`-rate=${perTime(options.rate)}`, `-duration=${Math.round(options.seconds * 1000)}ms`);
  argv.push(`-timeout=${Math.round((options.timeoutSeconds ?? 10) * 1000)}ms`);
  const attack = await startComponent({ name: 'load', argv, home: { ...home, ours: false }, ready: async () => true });
  let outcome: Promise<LoadResult> | undefined;
  const result = (): Promise<LoadResult> => {
    outcome ??= collect(attack, vegeta, file, options.keepHeaders ?? []).finally(async () => {
      await attack.stop();
      if (home.ours) await rm(home.dir, { recursive: true, force: true });
    });
    return outcome;
  };
  const stop = async (): Promise<LoadResult> => {
    try {
      process.kill(attack.pid, 'SIGINT');
    } catch {
      // It has ended by itself.
    }
    return result();
  };
  return { pid: attack.pid, result, stop };
}

function target(options: LoadOptions): object {
  const header = Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name, [value]]));
  const body = options.body === undefined ? {} : { body: Buffer.from(options.body).toString('base64') };
  return { method: options.method ?? 'GET', url: options.url, header, ...body };
}

/** vegeta wants a whole number per time unit: fractions are given per minute or hour. */
function perTime(rate: number): string {
  if (Number.isInteger(rate)) return `${rate}/1s`;
  return `${Math.max(1, Math.round(rate * 3600))}/1h`;
}

async function collect(attack: Component, vegeta: string, file: string, keep: readonly string[]): Promise<LoadResult> {
  const exit = await attack.exited;
  const hits: Hit[] = [];
  for await (const hit of readHits(vegeta, file, keep)) hits.push(hit);
  if (hits.length === 0) {
    throw new Error(`the load sent nothing (exit ${exit.code ?? exit.signal}):\n${await attack.logTail()}`);
  }
  hits.sort((a, b) => a.at - b.at);
  return summarise(hits);
}

const wire = z.object({
  seq: z.number(),
  code: z.number(),
  timestamp: z.string(),
  latency: z.number(),
  error: z.string(),
  headers: z.record(z.string(), z.array(z.string())).nullable(),
});

/** Streams the hits of a vegeta result file, in the order in which they ended. */
async function* readHits(vegeta: string, file: string, keep: readonly string[]): AsyncGenerator<Hit> {
  const wanted = new Set(keep.map((name) => name.toLowerCase()));
  const encode = spawn(vegeta, ['encode', '--to', 'json', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: encode.stdout })) {
    const hit = wire.parse(JSON.parse(line));
    const headers = Object.entries(hit.headers ?? {})
      .map(([name, values]) => [name.toLowerCase(), values.join(', ')] as const)
      .filter(([name]) => wanted.has(name));
    yield {
      seq: hit.seq,
      at: milliseconds(hit.timestamp),
      latencyMs: hit.latency / 1e6,
      code: hit.code,
      error: hit.error,
      headers: Object.fromEntries(headers),
    };
  }
}

/** RFC 3339 with up to nine digits; Date alone would cut it to whole milliseconds. */
export function milliseconds(timestamp: string): number {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? '';
  return Date.parse(timestamp.replace(/\.\d+/, '')) + Number(`0.${fraction || '0'}`) * 1000;
}

/** Counts hits by status and error and takes latency quantiles (nearest rank) over all of them. */
export function summarise(hits: readonly Hit[]): LoadResult {
  const statusCodes: Record<string, number> = {};
  const errors: Record<string, number> = {};
  const latencies = Float64Array.from(hits, (hit) => hit.latencyMs).sort();
  for (const hit of hits) {
    statusCodes[hit.code] = (statusCodes[hit.code] ?? 0) + 1;
    if (hit.code !== 0) continue;
    const text = hit.error.replace(/\d+\.\d+\.\d+\.\d+:\d+->/g, '');
    errors[text] = (errors[text] ?? 0) + 1;
  }
  const quantile = (q: number): number => latencies[Math.max(0, Math.ceil(q * latencies.length) - 1)] ?? 0;
  const seconds = ((hits.at(-1)?.at ?? 0) - (hits[0]?.at ?? 0)) / 1000;
  return {
    requests: hits.length,
    statusCodes,
    errors,
    latencyMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) },
    rate: seconds > 0 ? (hits.length - 1) / seconds : 0,
    hits,
  };
}
