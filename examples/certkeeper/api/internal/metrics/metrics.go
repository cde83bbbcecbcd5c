// Package metrics defines what /metrics shows. All names begin with certkeeper_, but for the Go, process and database pool
// collectors, which keep their usual names.
package metrics

import (
	"database/sql"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"certkeeper/internal/buildinfo"
)

// latencyBuckets are seconds. Objectives have to name one of them: a histogram says nothing exact between two boundaries.
var latencyBuckets = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Metrics is the registry and the metrics that the service itself moves.
type Metrics struct {
	Registry *prometheus.Registry
	InFlight prometheus.Gauge
	cache    *prometheus.CounterVec
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// New registers everything that does not depend on the database.
func New(build buildinfo.Info) *Metrics {
	registry := prometheus.NewRegistry()
	m := &Metrics{
		Registry: registry,
		InFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "certkeeper_http_in_flight", Help: "Requests being answered now."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "certkeeper_http_requests_total", Help: "Answered requests by route pattern, method and status code."},
			[]string{"route", "method", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "certkeeper_http_request_duration_seconds", Help: "From the request's header to the end of the answer.",
			Buckets: latencyBuckets}, []string{"route", "method"}),
		cache: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "certkeeper_cache_requests_total", Help: "Reads through the cache by entity and result (hit, negative_hit, miss, bypass)."},
			[]string{"entity", "result"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "certkeeper_build_info", Help: "1, labelled with the build.",
		ConstLabels: prometheus.Labels{"version": build.Version, "commit": build.Commit}})
	info.Set(1)
	registry.MustRegister(m.InFlight, m.requests, m.duration, m.cache, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// AddPool adds the database pool's statistics (go_sql_*).
func (m *Metrics) AddPool(db *sql.DB) {
	m.Registry.MustRegister(collectors.NewDBStatsCollector(db, "certkeeper"))
}

// Handler serves the registry.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Cache counts one read through the cache.
func (m *Metrics) Cache(entity, result string) { m.cache.WithLabelValues(entity, result).Inc() }

// Route is the pre-resolved metrics of one route: label lookups are too slow for every request.
type Route struct {
	metrics  *Metrics
	route    string
	method   string
	once     sync.Once // a route that is never asked for shows no series
	duration prometheus.Observer
	codes    [600]atomic.Pointer[prometheus.Counter]
}

// Route resolves a route pattern, such as "/api/v1/certificates/{id}".
func (m *Metrics) Route(method, route string) *Route {
	return &Route{metrics: m, route: route, method: method}
}

// Done counts one answered request.
func (r *Route) Done(code int, took time.Duration) {
	if code < 0 || code >= len(r.codes) {
		code = http.StatusInternalServerError
	}
	counter := r.codes[code].Load()
	if counter == nil {
		resolved := r.metrics.requests.WithLabelValues(r.route, r.method, strconv.Itoa(code))
		counter = &resolved
		r.codes[code].Store(counter)
	}
	(*counter).Inc()
	r.once.Do(func() { r.duration = r.metrics.duration.WithLabelValues(r.route, r.method) })
	r.duration.Observe(took.Seconds())
}
