import type { Check, Checked } from '../model/check.ts';
import type { Counters } from '../model/metrics.ts';
import type { Metrics } from '../model/ports.ts';

/** Does Prometheus answer every query that the analysis asks it? */
export function prometheusChecks(url: string, metrics: Metrics): readonly Check[] {
  return [
    {
      id: 'metrics.prometheus',
      title: `Prometheus at ${url}`,
      look: async (signal) => prometheusAnswer(url, await metrics.sample(signal)),
    },
  ];
}

/** Pure. An empty answer is a warning: before the first release there is nothing to count. */
export function prometheusAnswer(url: string, counters: Counters): Checked {
  const expected = 'two counts per version and metric, as metrics.prometheus asks for them';
  if (counters.kind === 'missing') {
    const silent = /no answer|ECONN|fetch failed|status [45]\d\d/i.test(counters.reason);
    return {
      state: silent ? 'failed' : 'warning',
      found: counters.reason,
      expected,
      mend: silent
        ? `curl -sS ${url}/-/ready`
        : 'try the queries of metrics.prometheus in its web page; before the first release nothing is counted yet',
    };
  }
  const missing = counters.missing ?? [];
  if (missing.length === 0) return { state: 'ok', found: `answers, ${counters.servers.length} series` };
  return {
    state: 'warning',
    found: missing.map(({ metric, reason }) => `${metric}: ${reason}`).join('; '),
    expected,
    mend: 'try the queries of these metrics in the web page of Prometheus',
  };
}
