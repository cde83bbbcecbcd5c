export { ERRORS, haproxyMetrics, type ProxyReading } from './haproxy.ts';
export { type PrometheusOptions, type PrometheusQuery, prometheusMetrics } from './prometheus.ts';
