import type { ServerCounters } from '../model/metrics.ts';
import type { Series } from './prometheus-api.ts';
import { freshOnly } from './promql.ts';

/** Two cumulative counts with a label for the version; further labels (`instance`) keep the series of several servers apart. */
export interface PrometheusQuery {
  readonly metric: string;
  /** PromQL: all events. */
  readonly requests: string;
  /** PromQL: the bad ones among them. */
  readonly bad: string;
}

/** The label that names the version where nothing else is said. */
export const VERSION_LABEL = 'version';

const ROLE = 'shiplock_role';

/** One expression for both counts, so that they are of one moment: a bad event is never seen without its request. Pure. */
export function pairQuery(query: PrometheusQuery, staleAfterMs: number): string {
  const role = (expression: string, value: string): string =>
    `label_replace((${freshOnly(expression, staleAfterMs)}), "${ROLE}", "${value}", "", "")`;
  return `${role(query.requests, 'requests')} or ${role(query.bad, 'bad')}`;
}

export type Pairs =
  | { readonly kind: 'servers'; readonly servers: readonly ServerCounters[] }
  | { readonly kind: 'missing'; readonly reason: string };

/** Requests and bad of the same labels, put together, in the order of their labels. Pure. */
export function pair(metric: string, series: readonly Series[], versionLabel: string = VERSION_LABEL): Pairs {
  if (series.length === 0)
    return missing('no fresh sample answers the query; does the metric exist, is its target up?');
  const halves = new Map<string, { version: string; requests?: number; bad?: number }>();
  for (const { labels, value } of series) {
    const { [ROLE]: role, [versionLabel]: version, __name__: _name, ...rest } = labels;
    if (version === undefined || version === '') {
      return missing(`a series without the label ${versionLabel}: ${JSON.stringify(labels)}`);
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
  // Prometheus gives series in any order; sums of parts must not depend on it.
  for (const [key, { version, requests, bad }] of [...halves].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
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

/**
 * A series that is a sum over instances falls when one of them restarts, by as much as that one had counted. Counting such a
 * value from zero would count the others a second time, so a sum that fell goes on under a new name: its first reading is
 * a new beginning. The function remembers what it has seen; readings come in the order of time.
 */
export function generations(): (server: ServerCounters, time: number) => ServerCounters {
  const known = new Map<string, { name: string; requests: number; bad: number }>();
  return (server, time) => {
    const [counts = { requests: 0, bad: 0 }] = Object.values(server.metrics);
    const before = known.get(server.server);
    const fell = before !== undefined && (counts.requests < before.requests || counts.bad < before.bad);
    const name = before === undefined || fell ? `${server.server} since ${time}` : before.name;
    known.set(server.server, { name, ...counts });
    return { ...server, server: name };
  };
}

/** All metrics at once for the same reason (nobody answers) is said once. */
export function missingInWords(missing: readonly { readonly metric: string; readonly reason: string }[]): string {
  const byReason = Map.groupBy(missing, ({ reason }) => reason);
  return [...byReason]
    .map(([reason, parts]) => `${parts.map(({ metric }) => metric).join(', ')}: ${reason}`)
    .join('; ');
}
