// Package rum takes what browsers report (real user monitoring): script errors, web vitals and abandoned actions per version
// of the frontend. Whoever reports is a stranger, so everything is bounded: body, rate, counts, label values.
package rum

import (
	"fmt"
	"math"
	"regexp"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"certkeeper/internal/keeper"
)

const (
	maxEntries  = 20
	maxVersions = 16
	other       = "other"
)

// Report is the body of one post.
type Report struct {
	Version   string        `json:"version"`
	PageViews int           `json:"page_views"`
	Errors    []ScriptError `json:"errors"`
	Vitals    []Vital       `json:"vitals"`
	Actions   []Action      `json:"actions"`
}

// ScriptError is an uncaught error; its text goes to the log, never into a label.
type ScriptError struct {
	Message string `json:"message"`
	Source  string `json:"source"`
	Line    int    `json:"line"`
}

// Vital is one measurement: milliseconds, or a ratio for CLS.
type Vital struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Action is what became of something the user set out to do.
type Action struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
}

var (
	versionPattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$`)
	timedVitals    = map[string]bool{"LCP": true, "INP": true, "FCP": true, "TTFB": true}
	actionNames    = map[string]bool{"create": true, "renew": true}
	outcomes       = map[string]bool{"started": true, "completed": true, "failed": true, "abandoned": true}
)

// Check names every field that is not acceptable.
func (r Report) Check() []keeper.FieldError {
	problems := []keeper.FieldError{}
	bad := func(field, message string) {
		problems = append(problems, keeper.FieldError{Field: field, Message: message})
	}
	if !versionPattern.MatchString(r.Version) {
		bad("version", "must have 1 to 64 of letters, digits, dot, plus, dash and underscore")
	}
	if r.PageViews < 0 || r.PageViews > 100 {
		bad("page_views", "must be from 0 to 100")
	}
	if len(r.Errors) > maxEntries || len(r.Vitals) > maxEntries || len(r.Actions) > maxEntries {
		bad("errors, vitals, actions", fmt.Sprintf("must have at most %d entries each", maxEntries))
		return problems
	}
	for i, v := range r.Vitals {
		field := fmt.Sprintf("vitals[%d]", i)
		switch {
		case !timedVitals[v.Name] && v.Name != "CLS":
			bad(field+".name", "must be LCP, INP, FCP, TTFB or CLS")
		case math.IsNaN(v.Value) || v.Value < 0 || v.Value > 600_000:
			bad(field+".value", "must be from 0 to 600000")
		}
	}
	for i, a := range r.Actions {
		if !actionNames[a.Name] || !outcomes[a.Outcome] {
			bad(fmt.Sprintf("actions[%d]", i), "name must be create or renew; outcome started, completed, failed or abandoned")
		}
	}
	return problems
}

// Collector counts reports.
type Collector struct {
	views   *prometheus.CounterVec
	errors  *prometheus.CounterVec
	vitals  *prometheus.HistogramVec
	shift   *prometheus.HistogramVec
	actions *prometheus.CounterVec
	Refused prometheus.Counter // posts over the rate

	mu       sync.Mutex
	versions map[string]bool
}

// NewCollector registers the metrics. The API's own version always has a label of its own, because the frontend is released
// with it and strangers must not be able to crowd it out.
func NewCollector(registry prometheus.Registerer, ownVersion string) *Collector {
	by := []string{"frontend_version"}
	c := &Collector{
		views: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "certkeeper_frontend_page_views_total", Help: "Page views reported by browsers."}, by),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "certkeeper_frontend_script_errors_total", Help: "Uncaught script errors reported by browsers."}, by),
		vitals: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "certkeeper_frontend_web_vital_seconds", Help: "LCP, INP, FCP and TTFB reported by browsers.",
			Buckets: []float64{0.1, 0.2, 0.5, 0.8, 1.8, 2.5, 3, 4, 8}}, append(by, "name")),
		shift: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "certkeeper_frontend_layout_shift", Help: "Cumulative layout shift reported by browsers (ratio).",
			Buckets: []float64{0.01, 0.05, 0.1, 0.25, 0.5, 1}}, by),
		actions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "certkeeper_frontend_actions_total", Help: "What became of users' actions."}, append(by, "name", "outcome")),
		Refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "certkeeper_telemetry_refused_total", Help: "Telemetry posts refused because of their rate."}),
		versions: map[string]bool{ownVersion: true},
	}
	registry.MustRegister(c.views, c.errors, c.vitals, c.shift, c.actions, c.Refused)
	return c
}

// Add counts a report that passed Check.
func (c *Collector) Add(r Report) {
	version := c.label(r.Version)
	c.views.WithLabelValues(version).Add(float64(r.PageViews))
	c.errors.WithLabelValues(version).Add(float64(len(r.Errors)))
	for _, v := range r.Vitals {
		if v.Name == "CLS" {
			c.shift.WithLabelValues(version).Observe(v.Value)
		} else {
			c.vitals.WithLabelValues(version, v.Name).Observe(v.Value / 1000)
		}
	}
	for _, a := range r.Actions {
		c.actions.WithLabelValues(version, a.Name, a.Outcome).Inc()
	}
}

func (c *Collector) label(version string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.versions[version] {
		return version
	}
	if len(c.versions) >= maxVersions {
		return other
	}
	c.versions[version] = true
	return version
}

// Bucket is a token bucket that holds two seconds' worth of tokens.
type Bucket struct {
	mu           sync.Mutex
	rate, tokens float64
	last         time.Time
}

// NewBucket starts full. rate is tokens per second.
func NewBucket(rate float64, now time.Time) *Bucket {
	return &Bucket{rate: rate, tokens: burst(rate), last: now}
}

func burst(rate float64) float64 { return max(1, 2*rate) }

// Take takes a token if there is one; otherwise it says how long until there will be.
func (b *Bucket) Take(now time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if passed := now.Sub(b.last).Seconds(); passed > 0 {
		b.tokens, b.last = min(burst(b.rate), b.tokens+passed*b.rate), now
	}
	if b.tokens >= 1 {
		b.tokens--
		return 0, true
	}
	return time.Duration((1 - b.tokens) / b.rate * float64(time.Second)), false
}
