import { z } from 'zod';
import type { Counters } from '../model/metrics.ts';
import { countersOf } from './prometheus.ts';
import {
  askVector,
  dataOf,
  get,
  type Missing,
  missing,
  type PrometheusServer,
  type Series,
  sampleValue,
} from './prometheus-api.ts';
import { generations, type PrometheusQuery, pair, pairQuery } from './prometheus-pair.ts';

/** Counts of a stretch of time that is over, from Prometheus's own storage and by its own clock. Nothing is kept between two readings of it. */
export interface RangeSource extends PrometheusServer {
  readonly queries: readonly PrometheusQuery[];
  /** Label that names the version. */
  readonly versionLabel: string;
  /** Samples older than this are as good as none. */
  readonly staleAfterMs: number;
  readonly limits: RangeLimits;
}

/** What one question may cost. */
export interface RangeLimits {
  /** Moments that are asked for in one request; more are asked for in pieces. */
  readonly pointsAtOnce: number;
  /** Series of one metric. */
  readonly series: number;
  /** Characters of one answer. */
  readonly characters: number;
}

export interface Range {
  /** First and last moment, milliseconds by Prometheus's clock, both multiples of the step. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A reading at one moment; or the end of all, since a stretch that cannot be read as a whole says nothing. */
export type RangePiece = Counters | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * One reading per moment, oldest first, and the same ones whenever and by whomever they are asked for. Read in pieces, so memory
 * does not grow with the length.
 */
export async function* readRange(
  source: RangeSource,
  range: Range,
  signal?: AbortSignal,
): AsyncGenerator<RangePiece, void, undefined> {
  const named = generations();
  const length = source.limits.pointsAtOnce * range.stepMs;
  for (let fromMs = range.fromMs; fromMs <= range.toMs; fromMs += length) {
    const piece = { ...range, fromMs, toMs: Math.min(range.toMs, fromMs + length - range.stepMs) };
    const answers = await Promise.all(source.queries.map((query) => matrix(source, query, piece, signal)));
    const columns: { metric: string; moments: readonly (readonly Series[])[] }[] = [];
    for (const [index, answer] of answers.entries()) {
      const metric = source.queries[index]?.metric ?? '';
      if (answer.kind === 'missing') {
        yield { kind: 'unreadable', reason: `${metric}: ${answer.reason}` };
        return;
      }
      columns.push({ metric, moments: answer.moments });
    }
    for (let at = 0; fromMs + at * range.stepMs <= piece.toMs; at += 1) {
      const time = fromMs + at * range.stepMs;
      const pairs = columns.map(({ metric, moments }) => ({
        metric,
        answer: pair(metric, moments[at] ?? [], source.versionLabel),
      }));
      yield countersOf(pairs, time, named);
    }
  }
}

const matrixSchema = z.array(
  z.object({
    metric: z.record(z.string(), z.string()),
    values: z.array(z.tuple([z.number(), z.string()])),
  }),
);

/** Series at each moment of a piece. */
async function matrix(
  source: RangeSource,
  query: PrometheusQuery,
  { fromMs, toMs, stepMs }: Range,
  signal: AbortSignal | undefined,
): Promise<{ readonly kind: 'moments'; readonly moments: readonly (readonly Series[])[] } | Missing> {
  const parameters = {
    query: pairQuery(query, source.staleAfterMs),
    start: seconds(fromMs),
    end: seconds(toMs),
    step: seconds(stepMs),
    timeout: `${source.timeoutMs}ms`,
  };
  // One more than allowed tells a full answer from one that is too long.
  const answer = await get(source, 'query_range', parameters, { signal, mostCharacters: source.limits.characters + 1 });
  if (answer.kind === 'answer' && answer.body.length > source.limits.characters) {
    return missing(`more than ${source.limits.characters} characters; add up over servers with \`sum by\``);
  }
  const data = dataOf(answer);
  if (data.kind === 'missing') return data;
  if (data.resultType !== 'matrix') return missing(`the query gives a ${data.resultType}, not a matrix`);
  const rows = matrixSchema.safeParse(data.result);
  if (!rows.success) return missing('the result is not a list of labels and values');
  if (rows.data.length > source.limits.series * 2) {
    return missing(
      `${rows.data.length / 2} series, ${source.limits.series} are allowed; add up over servers with \`sum by\``,
    );
  }
  const moments = Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, (): Series[] => []);
  for (const { metric: labels, values } of rows.data) {
    for (const [time, text] of values) {
      moments[Math.round((time * 1000 - fromMs) / stepMs)]?.push({ labels, value: sampleValue(text) });
    }
  }
  return { kind: 'moments', moments };
}

/** What time it is by Prometheus's clock, milliseconds. */
export async function prometheusTime(
  server: PrometheusServer,
  signal?: AbortSignal,
): Promise<{ readonly kind: 'time'; readonly ms: number } | Missing> {
  const answer = await askVector(server, 'vector(time())', signal);
  if (answer.kind === 'missing') return answer;
  return answer.time === null ? missing('Prometheus does not say what time it is') : { kind: 'time', ms: answer.time };
}

/** Seconds with milliseconds, as the API takes them. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
