export { analysisRuns, type RunsOfRevision, type SeenRun } from './analysis-runs.ts';
export { type PrometheusOptions, prometheusMetrics } from './prometheus.ts';
export { askPrometheus, type Missing, type PrometheusAnswer, type PrometheusServer } from './prometheus-api.ts';
export { type PrometheusQuery, VERSION_LABEL } from './prometheus-pair.ts';
export {
  prometheusTime,
  type Range,
  type RangeLimits,
  type RangePiece,
  type RangeSource,
  readRange,
} from './prometheus-range.ts';
export { ERRORS, type ProxyReading, proxyMetrics } from './proxy.ts';
