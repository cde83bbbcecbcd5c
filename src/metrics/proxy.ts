import type { Counters } from '../model/metrics.ts';
import type { Clock, Metrics } from '../model/ports.ts';

/** Cumulative counts per instance, as the traffic room reads them in one look at the proxy. */
export interface ProxyReading {
  /** Changes when the counters began again at 0. */
  readonly epoch: string;
  readonly servers: readonly {
    readonly version: string;
    /** Unique per version and instance. */
    readonly server: string;
    readonly requests: number;
    readonly bad: number;
  }[];
}

/** Name of the metric that the proxy gives: share of requests that were not answered, or answered 5xx. */
export const ERRORS = 'errors';

/**
 * The source of verdicts: the proxy's own counters, in which every version is counted by the same counter on the same road.
 * A proxy that does not answer is a missing reading, in its own words.
 */
export function proxyMetrics(options: {
  /** Name of the program. */
  readonly source: string;
  readonly read: (signal?: AbortSignal) => Promise<ProxyReading>;
  readonly clock: Clock;
}): Metrics {
  const { source, read, clock } = options;
  return {
    async sample(signal): Promise<Counters> {
      const time = clock.now();
      try {
        const { epoch, servers } = await read(signal);
        return {
          kind: 'counters',
          source,
          time,
          epoch,
          servers: servers.map(({ version, server, requests, bad }) => ({
            version,
            server,
            metrics: { [ERRORS]: { requests, bad } },
          })),
        };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'missing', source, time, reason };
      }
    },
  };
}
