import { z } from 'zod';
import type { Clock, HttpClient } from '../model/ports.ts';

/** One value of an instant query. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type PrometheusAnswer =
  | { readonly kind: 'series'; readonly series: readonly Series[] }
  | { readonly kind: 'missing'; readonly reason: string };

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.string(),
      result: z.unknown(),
    }),
  }),
]);

/** Clocks further apart than this cannot date a sample. */
const CLOCKS_APART_MS = 60_000;

const vectorSchema = z.array(
  z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
);

/**
 * One instant query. Never throws: no answer, a late one, nonsense and an empty one are told apart in words. A query is
 * evaluated now by Prometheus's clock; an answer of another time by ours means that one of the clocks is wrong.
 */
export async function askPrometheus(
  options: {
    readonly url: string;
    readonly timeoutMs: number;
    readonly clock: Clock;
    readonly http: HttpClient;
  },
  promql: string,
  signal?: AbortSignal,
): Promise<PrometheusAnswer> {
  const url = new URL(`${options.url.replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', promql);
  url.searchParams.set('timeout', `${options.timeoutMs}ms`);
  const request = { timeoutMs: options.timeoutMs, ...(signal === undefined ? {} : { signal }) };
  const answer = await options.http.get(url.href, request);
  if (answer.kind === 'no-answer') return missing(answer.reason);
  const body = parsed(answer.body);
  if (body === undefined) {
    return missing(`HTTP ${answer.status} with something else than Prometheus JSON: ${excerpt(answer.body)}`);
  }
  if (body.status === 'error') return missing(`${body.errorType}: ${body.error}`);
  if (answer.status !== 200) return missing(`HTTP ${answer.status}`);
  const { resultType, result } = body.data;
  if (resultType !== 'vector') return missing(`the query gives a ${resultType}, not an instant vector`);
  const vector = vectorSchema.safeParse(result);
  if (!vector.success) return missing('the result is not a list of labels and values');
  const late = vector.data.find(({ value: [time] }) => Math.abs(options.clock.now() - time * 1000) > CLOCKS_APART_MS);
  if (late !== undefined) {
    const apart = Math.round((options.clock.now() - late.value[0] * 1000) / 1000);
    return missing(`the answer is of ${apart} s ago by our clock; is the clock of one of the machines wrong?`);
  }
  return {
    kind: 'series',
    series: vector.data.map(({ metric, value: [, text] }) => ({ labels: metric, value: sampleValue(text) })),
  };
}

function parsed(body: string): z.infer<typeof answerSchema> | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Prometheus writes numbers as text, infinities as +Inf and -Inf. An empty text is no number. */
function sampleValue(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}

function excerpt(body: string): string {
  const text = body.replace(/\s+/g, ' ').trim();
  return text === '' ? '(empty)' : text.slice(0, 80);
}

function missing(reason: string): PrometheusAnswer {
  return { kind: 'missing', reason };
}
