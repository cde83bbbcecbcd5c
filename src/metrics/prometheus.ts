import type { Counters, ServerCounters } from '../model/metrics.ts';
import type { Clock, HttpClient, Metrics } from '../model/ports.ts';
import { askPrometheus, type Series } from './prometheus-api.ts';
import { freshOnly } from './promql.ts';

/** Two cumulative counts with the label `version`; further labels (`instance`) keep the series of several servers apart. */
export interface PrometheusQuery {
  readonly metric: string;
  /** PromQL: all events. */
  readonly requests: string;
  /** PromQL: the bad ones among them. */
  readonly bad: string;
}

export interface PrometheusOptions {
  /** `http://127.0.0.1:9090` */
  readonly url: string;
  readonly queries: readonly PrometheusQuery[];
  /** Samples older than this are as good as none. */
  readonly staleAfterMs: number;
  /** For one query. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly http: HttpClient;
}

type Answer =
  | { readonly kind: 'servers'; readonly servers: readonly ServerCounters[] }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Counts from Prometheus by instant queries, a request per metric. Whatever is not a clean pair of fresh counts per version
 * is missing, with the reason; a metric that is missing does not hide the others.
 */
export function prometheusMetrics(options: PrometheusOptions): Metrics {
  const source = 'prometheus';
  const generations = new Map<string, { name: string; requests: number; bad: number }>();
  return {
    async sample(signal): Promise<Counters> {
      const time = options.clock.now();
      const answers = await Promise.all(
        options.queries.map(async (query) => ({ query, answer: await ask(options, query, signal) })),
      );
      const missing = answers.flatMap(({ query: { metric }, answer }) =>
        answer.kind === 'missing' ? [{ metric, reason: answer.reason }] : [],
      );
      if (missing.length === answers.length) return { kind: 'missing', source, time, reason: inWords(missing) };
      const servers = answers.flatMap(({ answer }) => (answer.kind === 'servers' ? answer.servers : []));
      const named = servers.map((server) => ({ ...server, server: generationOf(generations, server, time) }));
      const lacks = missing.length === 0 ? {} : { missing };
      // The counters live in the services: a restart of Prometheus does not reset them, hence one epoch.
      return { kind: 'counters', source, time, epoch: source, servers: named, ...lacks };
    },
  };
}

/** All metrics at once for the same reason (nobody answers) is said once. */
function inWords(missing: readonly { readonly metric: string; readonly reason: string }[]): string {
  const byReason = Map.groupBy(missing, ({ reason }) => reason);
  return [...byReason]
    .map(([reason, parts]) => `${parts.map(({ metric }) => metric).join(', ')}: ${reason}`)
    .join('; ');
}

/**
 * A series that is a sum over instances falls when one of them restarts, by as much as that one had counted. Counting such a
 * value from zero would count the others a second time, so a sum that fell goes on under a new name: its first reading is
 * a new beginning.
 */
function generationOf(
  generations: Map<string, { name: string; requests: number; bad: number }>,
  server: ServerCounters,
  time: number,
): string {
  const [counts = { requests: 0, bad: 0 }] = Object.values(server.metrics);
  const before = generations.get(server.server);
  const fell = before !== undefined && (counts.requests < before.requests || counts.bad < before.bad);
  const name = before === undefined || fell ? `${server.server} since ${time}` : before.name;
  generations.set(server.server, { name, ...counts });
  return name;
}

const ROLE = 'shiplock_role';

async function ask(options: PrometheusOptions, query: PrometheusQuery, signal?: AbortSignal): Promise<Answer> {
  // One request for both, so that they are of one moment: a bad event is never seen without its request.
  const role = (expression: string, value: string): string =>
    `label_replace((${freshOnly(expression, options.staleAfterMs)}), "${ROLE}", "${value}", "", "")`;
  const promql = `${role(query.requests, 'requests')} or ${role(query.bad, 'bad')}`;
  const answer = await askPrometheus(options, promql, signal);
  if (answer.kind === 'missing') return answer;
  return pair(query.metric, answer.series);
}

/** Requests and bad of the same labels, put together. Pure. */
function pair(metric: string, series: readonly Series[]): Answer {
  if (series.length === 0)
    return missing('no fresh sample answers the query; does the metric exist, is its target up?');
  const halves = new Map<string, { version: string; requests?: number; bad?: number }>();
  for (const { labels, value } of series) {
    const { [ROLE]: role, version, __name__: _name, ...rest } = labels;
    if (version === undefined || version === '') {
      return missing(`a series without the label version: ${JSON.stringify(labels)}`);
    }
    if (!Number.isFinite(value) || value < 0) return missing(`${value} is no count (${role} of version ${version})`);
    const others = Object.entries(rest)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, text]) => `${name}=${text}`);
    const key = [metric, version, ...others].join(' ');
    const half = halves.get(key) ?? { version };
    halves.set(key, role === 'bad' ? { ...half, bad: value } : { ...half, requests: value });
  }
  const servers: ServerCounters[] = [];
  for (const [key, { version, requests, bad }] of halves) {
    if (requests === undefined || bad === undefined) {
      const [there, lacks] = requests === undefined ? ['bad', 'requests'] : ['requests', 'bad'];
      return missing(`version ${version} has "${there}" but no "${lacks}"; both queries must give the same labels`);
    }
    if (bad > requests) return missing(`version ${version} has ${bad} bad of ${requests} requests`);
    servers.push({ version, server: `prometheus/${key}`, metrics: { [metric]: { requests, bad } } });
  }
  return { kind: 'servers', servers };
}

function missing(reason: string): { readonly kind: 'missing'; readonly reason: string } {
  return { kind: 'missing', reason };
}
