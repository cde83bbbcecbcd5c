import type { Counters, ServerCounters } from '../model/metrics.ts';
import type { Metrics } from '../model/ports.ts';
import { MISSING_VERSION } from './prometheus.ts';

/**
 * Several sources as one stream of counters. The first is the source of verdicts: without it there is no reading. The others may be
 * missing: the reading says so (`missingParts`) and goes on without them.
 *
 * Server names carry source and epoch, and the stream has one epoch for ever: when one source begins again its servers
 * are new ones, and the counters of the others go on.
 */
export function combineMetrics(options: {
  readonly verdicts: Metrics;
  readonly witnesses: readonly Metrics[];
}): Metrics {
  return {
    async sample(signal): Promise<Counters> {
      const [first, ...rest] = await Promise.all([
        options.verdicts.sample(signal),
        ...options.witnesses.map((metrics) => metrics.sample(signal)),
      ]);
      if (first.kind === 'missing') return first;
      const servers = [first, ...rest].flatMap(marked);
      const source = [first, ...rest].map((counters) => counters.source).join('+');
      return { kind: 'counters', source, time: first.time, epoch: 'combined', servers };
    },
  };
}

function marked(counters: Counters): readonly ServerCounters[] {
  const { source } = counters;
  if (counters.kind === 'missing') {
    return [{ version: MISSING_VERSION, server: `${source}: ${counters.reason}`, metrics: {} }];
  }
  return counters.servers.map((server) => ({ ...server, server: `${source}[${counters.epoch}] ${server.server}` }));
}
