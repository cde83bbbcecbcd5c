export { ERRORS, haproxyMetrics, type ProxyReading } from './haproxy.ts';
export { latencyQuery, type PrometheusOptions, type PrometheusQuery, prometheusMetrics } from './prometheus.ts';
