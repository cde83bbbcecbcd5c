package rum

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func seriesOf(t *testing.T, registry *prometheus.Registry, name string) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name {
				out[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
		}
	}
	return out
}

func TestVersionsAreBounded(t *testing.T) {
	registry := prometheus.NewRegistry()
	c := NewCollector(registry, "9.9.9")
	for i := range 1000 {
		c.Add(Report{Version: fmt.Sprintf("0.0.%d", i), PageViews: 1})
	}
	c.Add(Report{Version: "9.9.9", PageViews: 7, Errors: make([]ScriptError, 3)})
	views := seriesOf(t, registry, "certkeeper_frontend_page_views_total")
	if len(views) != maxVersions+1 || views[other] != 1000-(maxVersions-1) || views["9.9.9"] != 7 {
		t.Fatalf("%d series: %v", len(views), views)
	}
	if errors := seriesOf(t, registry, "certkeeper_frontend_script_errors_total"); errors["9.9.9"] != 3 {
		t.Fatal(errors)
	}
}

func TestCheck(t *testing.T) {
	good := Report{Version: "1.2.3", PageViews: 1, Vitals: []Vital{{"CLS", 0.1}, {"LCP", 1200}}, Actions: []Action{{"renew", "abandoned"}}}
	if problems := good.Check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	for field, bad := range map[string]Report{
		"version":                 {Version: "a b"},
		"page_views":              {Version: "1", PageViews: -1},
		"vitals[0].name":          {Version: "1", Vitals: []Vital{{"FID", 1}}},
		"vitals[0].value":         {Version: "1", Vitals: []Vital{{"LCP", -1}}},
		"actions[0]":              {Version: "1", Actions: []Action{{"renew", "won"}}},
		"errors, vitals, actions": {Version: "1", Errors: make([]ScriptError, 21)},
	} {
		if problems := bad.Check(); len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v", field, problems)
		}
	}
}

func TestBucket(t *testing.T) {
	now := time.Unix(1000, 0)
	b := NewBucket(5, now)
	taken := 0
	for range 100 {
		if _, ok := b.Take(now); ok {
			taken++
		}
	}
	if taken != 10 {
		t.Fatalf("burst %d, want 10", taken)
	}
	wait, ok := b.Take(now)
	if ok || wait != 200*time.Millisecond {
		t.Fatal(wait, ok)
	}
	if _, ok := b.Take(now.Add(wait)); !ok {
		t.Fatal("the promised wait was not enough")
	}
	if _, ok := b.Take(now.Add(-time.Hour)); ok {
		t.Fatal("a clock that steps back must not give tokens")
	}
}
