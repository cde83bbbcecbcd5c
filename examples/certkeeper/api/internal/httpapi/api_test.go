package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"certkeeper/internal/keeper"
)

const goodCertificate = `{"server_id":1,"domain":"www.example.org","issuer":"R1","not_before":"2026-05-01T00:00:00Z","not_after":"2026-08-01T00:00:00Z"}`

func TestRolesPerEndpoint(t *testing.T) {
	r := newRig(t, true)
	for _, tc := range []struct {
		method, path, body string
		needed             keeper.Role
	}{
		{"GET", "/api/v1/servers", "", keeper.Reader},
		{"POST", "/api/v1/servers", `{"name":"a","address":"192.0.2.1"}`, keeper.Operator},
		{"GET", "/api/v1/certificates", "", keeper.Reader},
		{"POST", "/api/v1/certificates", goodCertificate, keeper.Operator},
		{"POST", "/api/v1/certificates/1/renew", "", keeper.Operator},
		{"GET", "/api/v1/keys", "", keeper.Admin},
		{"POST", "/api/v1/keys", `{"name":"n","role":"reader"}`, keeper.Admin},
		{"DELETE", "/api/v1/keys/1", "", keeper.Admin},
	} {
		for _, key := range []string{"", "wrong"} {
			if a := r.ask(tc.method, tc.path, key, tc.body); a.code != 401 || a.err.Code != "unauthenticated" || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s with %q: %d %s", tc.method, tc.path, key, a.code, a.text)
			}
		}
		for _, role := range []keeper.Role{keeper.Reader, keeper.Operator, keeper.Admin} {
			a := r.ask(tc.method, tc.path, string(role), tc.body)
			if allowed := role.Includes(tc.needed); allowed != (a.code < 300) || (!allowed && a.err.Code != "forbidden") {
				t.Errorf("%s %s as %s: %d %s", tc.method, tc.path, role, a.code, a.text)
			}
		}
	}
}

func TestOpenEndpointsAndTheVersionHeader(t *testing.T) {
	for _, withDatabase := range []bool{true, false} {
		r := newRig(t, withDatabase)
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/api/v1/ping", "/api/v1/version"} {
			if a := r.ask("GET", path, "", ""); a.code != 200 || a.header.Get("X-Certkeeper-Version") != "1.2.3" {
				t.Errorf("%s (database %v): %d %s", path, withDatabase, a.code, a.text)
			}
		}
		if a := r.ask("GET", "/nowhere", "", ""); a.code != 404 || a.header.Get("X-Certkeeper-Version") != "1.2.3" || a.err.Code != "not_found" {
			t.Error(a)
		}
		if a := r.ask("DELETE", "/api/v1/servers", "admin", ""); a.code != 405 || a.header.Get("Allow") != "GET, HEAD, POST" {
			t.Error(a)
		}
	}
	if a := newRig(t, false).ask("GET", "/api/v1/servers", "admin", ""); a.code != 503 || a.err.Code != "database_not_configured" {
		t.Error(a)
	}
}

func TestBodies(t *testing.T) {
	r := newRig(t, true)
	with := func(from, to string) string { return strings.Replace(goodCertificate, from, to, 1) }
	for name, tc := range map[string]struct {
		body   string
		code   int
		fields string
	}{
		"good":           {goodCertificate, 201, ""},
		"empty":          {"", 415, ""},
		"no JSON":        {"{", 400, ""},
		"two values":     {goodCertificate + "{}", 400, ""},
		"array":          {"[]", 422, ""},
		"unknown field":  {with(`"issuer"`, `"isuer"`), 422, "isuer"},
		"wrong type":     {with(`"server_id":1`, `"server_id":"1"`), 422, "server_id"},
		"too large":      {with("R1", strings.Repeat("x", maxBody)), 413, ""},
		"domain":         {with("www.example.org", "WWW"), 422, "domain"},
		"date":           {with("2026-05-01T00:00:00Z", "2026-05-01"), 422, "not_before"},
		"order":          {with("2026-05-01", "2026-09-01"), 422, "not_after"},
		"several fields": {`{}`, 422, "server_id domain issuer not_before not_after"},
	} {
		headers := []string{}
		if tc.body == "" {
			headers = []string{"Content-Type", ""}
		}
		if a := r.ask("POST", "/api/v1/certificates", "operator", tc.body, headers...); a.code != tc.code || strings.TrimSpace(a.fields()) != tc.fields {
			t.Errorf("%s: %d %s", name, a.code, a.text)
		}
	}
	if a := r.ask("POST", "/api/v1/certificates", "operator", goodCertificate, "Content-Type", "text/plain"); a.code != 415 {
		t.Error(a)
	}
}

func TestStoreErrors(t *testing.T) {
	for _, tc := range []struct {
		err  error
		code int
		want string
	}{
		{keeper.ErrDuplicate, 409, "conflict"}, {keeper.ErrNoServer, 422, "validation_failed"}, {keeper.ErrNotLater, 409, "conflict"},
		{fmt.Errorf("%w: gone", keeper.ErrUnavailable), 503, "database_unavailable"}, {context.DeadlineExceeded, 503, "database_unavailable"},
		{errors.New("secret detail"), 500, "internal"},
	} {
		r := newRig(t, true)
		r.store.err = tc.err
		a := r.ask("POST", "/api/v1/certificates", "operator", goodCertificate)
		if a.code != tc.code || a.err.Code != tc.want || len(a.err.TraceID) != 32 || strings.Contains(a.text, "secret") || strings.Contains(a.text, "gone") {
			t.Errorf("%v: %d %s", tc.err, a.code, a.text)
		}
		if tc.code >= 500 && !strings.Contains(r.log.String(), tc.err.Error()) {
			t.Errorf("%v is not in the log", tc.err)
		}
	}
}

func TestPagesAndQueries(t *testing.T) {
	r := newRig(t, true)
	for id := range int64(5) {
		r.store.certs = append(r.store.certs, keeper.Certificate{ID: id + 1, NotBefore: fixedNow, NotAfter: fixedNow.Add(time.Duration(id) * 20 * 24 * time.Hour)})
	}
	first := r.ask("GET", "/api/v1/certificates?limit=3", "reader", "")
	if !strings.Contains(first.text, `"next_cursor":"`+*makeCursor(3)+`"`) || strings.Count(first.text, `"domain"`) != 3 {
		t.Fatal(first.text)
	}
	last := r.ask("GET", "/api/v1/certificates?limit=3&cursor="+*makeCursor(3), "reader", "")
	if !strings.Contains(last.text, `"next_cursor":null`) || strings.Count(last.text, `"status":"valid"`) != 2 {
		t.Fatal(last.text)
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "cursor=!": "cursor", "cursor=YWZ0ZXI6LTE": "cursor", "server_id=-1": "server_id",
		"status=dead": "status", "expires_before=tomorrow": "expires_before", "domian=x": "domian", "limit=1&limit=2": "limit", "domain=%00": "domain", "%zz": "query",
	} {
		if a := r.ask("GET", "/api/v1/certificates?"+query, "reader", ""); a.code != 422 || a.fields() != field {
			t.Errorf("%s: %d %s", query, a.code, a.text)
		}
	}
	for _, path := range []string{"/api/v1/certificates/0", "/api/v1/certificates/x", "/api/v1/certificates/99", "/api/v1/certificates/99999999999999999999"} {
		if a := r.ask("GET", path, "reader", ""); a.code != 404 {
			t.Errorf("%s: %d", path, a.code)
		}
	}
}

func TestRenewDefaultsToNinetyDaysFromNow(t *testing.T) {
	r := newRig(t, true)
	if a := r.ask("POST", "/api/v1/certificates/4/renew", "operator", ""); a.code != 200 {
		t.Fatal(a)
	}
	got := r.store.renewals[0]
	if got.ID != 4 || got.Actor != "operator" || !got.NotBefore.Equal(fixedNow) || !got.NotAfter.Equal(fixedNow.Add(keeper.RenewalPeriod)) {
		t.Fatalf("%+v", got)
	}
}

func TestReadiness(t *testing.T) {
	r := newRig(t, true)
	check := func(code int, want string) {
		t.Helper()
		if a := r.ask("GET", "/readyz", "", ""); a.code != code || !strings.Contains(a.text, want) {
			t.Errorf("%d %s", a.code, a.text)
		}
	}
	check(200, `"ready"`)
	r.store.generation = 4
	check(503, "schema_too_old")
	r.store.generation = 99
	check(200, `"schema":99`)
	r.store.err = errors.New("gone")
	check(503, "database_unreachable")
	r.draining.Store(true)
	check(503, "draining")
	if a := r.ask("GET", "/api/v1/ping", "", ""); a.code != 200 || a.header.Get("Connection") != "close" {
		t.Error("while draining requests are served and clients asked to leave", a)
	}
}

func TestTelemetryIsLimited(t *testing.T) {
	r := newRig(t, true)
	if a := r.ask("POST", "/api/v1/telemetry", "", `{"version":"1.0.0","page_views":2}`, "Content-Type", "text/plain;charset=UTF-8"); a.code != 204 {
		t.Fatal(a)
	}
	if a := r.ask("POST", "/api/v1/telemetry", "", `{"version":""}`); a.code != 422 {
		t.Fatal(a)
	}
	if a := r.ask("POST", "/api/v1/telemetry", "", `{}`); a.code != 429 || a.header.Get("Retry-After") != "1" {
		t.Fatal(a)
	}
	if a := r.ask("GET", "/metrics", "", ""); !strings.Contains(a.text, `certkeeper_frontend_page_views_total{frontend_version="1.0.0"} 2`) ||
		!strings.Contains(a.text, `certkeeper_http_requests_total{code="429",method="POST",route="/api/v1/telemetry"} 1`) {
		t.Fatal(a.text)
	}
}

func TestTraceparentIsAccepted(t *testing.T) {
	r := newRig(t, true)
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	if a := r.ask("GET", "/api/v1/certificates/9", "reader", "", "traceparent", "00-"+id+"-00f067aa0ba902b7-01"); a.err.TraceID != id {
		t.Fatal(a.text)
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	r := newRig(t, true)
	r.store.err = panicError{}
	if a := r.ask("GET", "/api/v1/keys", "admin", ""); a.code != 500 || a.err.Code != "internal" || !strings.Contains(r.log.String(), "stack") {
		t.Fatal(a.code, a.text, r.log.String())
	}
}

// panicError panics when it is looked at.
type panicError struct{}

func (panicError) Error() string { panic("looked at") }
