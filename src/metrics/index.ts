export { combineMetrics } from './combine.ts';
export { ERRORS, haproxyMetrics, type ProxyReading } from './haproxy.ts';
export * from './intervals.ts';
export {
  latencyQuery,
  missingParts,
  type PrometheusOptions,
  type PrometheusQuery,
  prometheusMetrics,
} from './prometheus.ts';
