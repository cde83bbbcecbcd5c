import type { Counters } from '../model/metrics.ts';
import type { Clock, HttpClient, Metrics } from '../model/ports.ts';
import { askPrometheus } from './prometheus-api.ts';
import { generations, missingInWords, type Pairs, type PrometheusQuery, pair, pairQuery } from './prometheus-pair.ts';

export interface PrometheusOptions {
  /** `http://127.0.0.1:9090` */
  readonly url: string;
  readonly queries: readonly PrometheusQuery[];
  /** Label that names the version; default `version`. */
  readonly versionLabel?: string;
  /** Samples older than this are as good as none. */
  readonly staleAfterMs: number;
  /** For one query. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly http: HttpClient;
}

/**
 * Counts from Prometheus by instant queries, a request per metric. Whatever is not a clean pair of fresh counts per version
 * is missing, with the reason; a metric that is missing does not hide the others.
 */
export function prometheusMetrics(options: PrometheusOptions): Metrics {
  const named = generations();
  return {
    async sample(signal): Promise<Counters> {
      const time = options.clock.now();
      const answers = await Promise.all(
        options.queries.map(async (query) => ({ metric: query.metric, answer: await ask(options, query, signal) })),
      );
      return countersOf(answers, time, named);
    },
  };
}

/** Name of this source in readings, and the one epoch it has: counters live in the services, a restart of Prometheus resets none. */
const SOURCE = 'prometheus';

/** One reading from what each metric answered. */
export function countersOf(
  answers: readonly { readonly metric: string; readonly answer: Pairs }[],
  time: number,
  named: ReturnType<typeof generations>,
): Counters {
  const missing = answers.flatMap(({ metric, answer }) =>
    answer.kind === 'missing' ? [{ metric, reason: answer.reason }] : [],
  );
  if (missing.length === answers.length)
    return { kind: 'missing', source: SOURCE, time, reason: missingInWords(missing) };
  const servers = answers
    .flatMap(({ answer }) => (answer.kind === 'servers' ? answer.servers : []))
    .map((server) => named(server, time));
  const lacks = missing.length === 0 ? {} : { missing };
  return { kind: 'counters', source: SOURCE, time, epoch: SOURCE, servers, ...lacks };
}

async function ask(options: PrometheusOptions, query: PrometheusQuery, signal?: AbortSignal): Promise<Pairs> {
  const answer = await askPrometheus(options, pairQuery(query, options.staleAfterMs), signal);
  return answer.kind === 'missing' ? answer : pair(query.metric, answer.series, options.versionLabel);
}
