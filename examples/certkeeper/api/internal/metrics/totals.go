package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// totalsAge is how old the counted totals may be: scrapes from several Prometheus servers share one query.
const totalsAge = 10 * time.Second

// Counter counts rows.
type Counter func(ctx context.Context) (servers, certificates int64, err error)

// AddTotals adds the gauges of servers and certificates. When they cannot be counted they are absent, not zero.
func (m *Metrics) AddTotals(count Counter, now func() time.Time) {
	m.Registry.MustRegister(&totals{
		count: count, now: now,
		servers:      prometheus.NewDesc("certkeeper_servers", "Servers in the database.", nil, nil),
		certificates: prometheus.NewDesc("certkeeper_certificates", "Certificates in the database.", nil, nil),
	})
}

type totals struct {
	count                 Counter
	now                   func() time.Time
	servers, certificates *prometheus.Desc

	mu       sync.Mutex
	at       time.Time
	ok       bool
	nServers int64
	nCerts   int64
}

func (t *totals) Describe(out chan<- *prometheus.Desc) {
	out <- t.servers
	out <- t.certificates
}

func (t *totals) Collect(out chan<- prometheus.Metric) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.now(); t.at.IsZero() || now.Sub(t.at) >= totalsAge {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		servers, certificates, err := t.count(ctx)
		cancel()
		t.nServers, t.nCerts, t.ok, t.at = servers, certificates, err == nil, now
	}
	if t.ok {
		out <- prometheus.MustNewConstMetric(t.servers, prometheus.GaugeValue, float64(t.nServers))
		out <- prometheus.MustNewConstMetric(t.certificates, prometheus.GaugeValue, float64(t.nCerts))
	}
}
