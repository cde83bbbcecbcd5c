import { z } from 'zod';
import { duration, httpUrlSchema, nameSchema, wordsSchema } from '../model/scalars.ts';

/** Fragment `metrics` of an environment. The proxy's own counters are always read and are the source of verdicts. */

const QUERIES = 'at least one query; without queries Prometheus has nothing to say';

const LABEL = 'the name of a label: letters, digits and _, not beginning with a digit';
const labelSchema = z.string({ error: LABEL }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, LABEL);

export const prometheusConfig = z.strictObject({
  url: httpUrlSchema.describe('Address of Prometheus.'),
  staleAfter: duration({ min: 1000, max: 3_600_000 })
    .prefault('60s')
    .describe('An answer older than this counts as missing.'),
  timeout: duration({ max: 60_000 }).prefault('5s').describe('How long one query may take.'),
  versionLabel: labelSchema
    .default('version')
    .describe(
      'Label that names the version in the answers. On Kubernetes the pod template hash: `rollouts_pod_template_hash`.',
    ),
  queries: z
    .array(
      z.strictObject({
        metric: nameSchema.describe('Name of the metric in reports.'),
        requests: wordsSchema.describe('PromQL of a cumulative count of all events, with the label of the version.'),
        bad: wordsSchema.describe('PromQL of a cumulative count of the bad ones, with the label of the version.'),
      }),
      { error: QUERIES },
    )
    .min(1, QUERIES)
    .describe('What is asked. Each metric has its own denominator.'),
});

export const metricsConfig = z.strictObject({
  every: duration({ min: 100, max: 60_000 }).prefault('1s').describe('Time between two readings of the counters.'),
  timeout: duration({ min: 50, max: 60_000 }).prefault('2s').describe('How long one reading of the proxy may take.'),
  prometheus: prometheusConfig.exactOptional().describe('A second source. It may add `worse`, never `not-worse`.'),
});

export type PrometheusConfig = z.infer<typeof prometheusConfig>;
export type MetricsConfig = z.infer<typeof metricsConfig>;
