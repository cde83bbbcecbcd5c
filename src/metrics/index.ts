export { type PrometheusOptions, type PrometheusQuery, prometheusMetrics } from './prometheus.ts';
export { ERRORS, type ProxyReading, proxyMetrics } from './proxy.ts';
