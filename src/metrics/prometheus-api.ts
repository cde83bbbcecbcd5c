import { z } from 'zod';
import { parsedJson } from '../model/json.ts';
import type { Clock, HttpAnswer, HttpClient } from '../model/ports.ts';

/** One value of an instant query. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type PrometheusAnswer =
  | { readonly kind: 'series'; readonly series: readonly Series[]; readonly time: number | null }
  | Missing;

/** Why there is no answer, in words. */
export interface Missing {
  readonly kind: 'missing';
  readonly reason: string;
}

/** How a server is asked. */
export interface PrometheusServer {
  readonly url: string;
  /** For one query. */
  readonly timeoutMs: number;
  readonly http: HttpClient;
}

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
  options: PrometheusServer & { readonly clock: Clock },
  promql: string,
  signal?: AbortSignal,
): Promise<PrometheusAnswer> {
  const answer = await askVector(options, promql, signal);
  if (answer.kind === 'missing' || answer.time === null) return answer;
  const apart = options.clock.now() - answer.time;
  if (Math.abs(apart) <= CLOCKS_APART_MS) return answer;
  return missing(
    `the answer is of ${Math.round(apart / 1000)} s ago by our clock; is the clock of one of the machines wrong?`,
  );
}

/** The same for who goes by Prometheus's clock alone: `time` is when it evaluated the query, milliseconds; null for an empty answer. */
export async function askVector(
  server: PrometheusServer,
  promql: string,
  signal?: AbortSignal,
): Promise<PrometheusAnswer> {
  const parameters = { query: promql, timeout: `${server.timeoutMs}ms` };
  const data = dataOf(await get(server, 'query', parameters, { signal }));
  if (data.kind === 'missing') return data;
  if (data.resultType !== 'vector') return missing(`the query gives a ${data.resultType}, not an instant vector`);
  const vector = vectorSchema.safeParse(data.result);
  if (!vector.success) return missing('the result is not a list of labels and values');
  const [first] = vector.data;
  return {
    kind: 'series',
    time: first === undefined ? null : first.value[0] * 1000,
    series: vector.data.map(({ metric, value: [, text] }) => ({ labels: metric, value: sampleValue(text) })),
  };
}

/** Asks one path of the API. */
export async function get(
  server: PrometheusServer,
  path: string,
  parameters: Readonly<Record<string, string>>,
  how: { readonly signal?: AbortSignal | undefined; readonly mostCharacters?: number },
): Promise<HttpAnswer> {
  const url = new URL(`${server.url.replace(/\/+$/, '')}/api/v1/${path}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return server.http.get(url.href, {
    timeoutMs: server.timeoutMs,
    ...(how.signal === undefined ? {} : { signal: how.signal }),
    ...(how.mostCharacters === undefined ? {} : { mostCharacters: how.mostCharacters }),
  });
}

/** What a query gave, or why it gave nothing. Pure. */
export function dataOf(
  answer: HttpAnswer,
): { readonly kind: 'data'; readonly resultType: string; readonly result: unknown } | Missing {
  if (answer.kind === 'no-answer') return missing(answer.reason);
  const body = parsed(answer.body);
  if (body === undefined) {
    return missing(`HTTP ${answer.status} with something else than Prometheus JSON: ${excerpt(answer.body)}`);
  }
  if (body.status === 'error') return missing(`${body.errorType}: ${body.error}`);
  if (answer.status !== 200) return missing(`HTTP ${answer.status}`);
  return { kind: 'data', resultType: body.data.resultType, result: body.data.result };
}

function parsed(body: string): z.infer<typeof answerSchema> | undefined {
  return answerSchema.safeParse(parsedJson(body)).data;
}

/** Prometheus writes numbers as text, infinities as +Inf and -Inf. An empty text is no number. */
export function sampleValue(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}

function excerpt(body: string): string {
  const text = body.replace(/\s+/g, ' ').trim();
  return text === '' ? '(empty)' : text.slice(0, 80);
}

export function missing(reason: string): Missing {
  return { kind: 'missing', reason };
}
