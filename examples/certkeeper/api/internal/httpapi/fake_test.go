package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"certkeeper/internal/auth"
	"certkeeper/internal/buildinfo"
	"certkeeper/internal/cache"
	"certkeeper/internal/faults"
	"certkeeper/internal/keeper"
	"certkeeper/internal/metrics"
	"certkeeper/internal/rum"
	"certkeeper/internal/store"
	"certkeeper/internal/tracing"
)

// memory is a store for handler tests; SQL is proven against a real database in test/integration/certkeeper*.test.ts.
type memory struct {
	keys       map[[32]byte]keeper.APIKey
	certs      []keeper.Certificate
	generation int
	err        error
	renewals   []store.Renewal
}

func (m *memory) KeyByHash(_ context.Context, hash [32]byte) (keeper.APIKey, error) {
	if k, ok := m.keys[hash]; ok {
		return k, nil
	}
	return keeper.APIKey{}, keeper.ErrNotFound
}

func (m *memory) CreateServer(_ context.Context, v keeper.Server, _ time.Time) (keeper.Server, error) {
	v.ID = 7
	return v, m.err
}

func (m *memory) Server(context.Context, int64) (keeper.Server, error) {
	return keeper.Server{}, keeper.ErrNotFound
}

func (m *memory) Servers(context.Context, keeper.ServerFilter) ([]keeper.Server, error) {
	return []keeper.Server{}, m.err
}

func (m *memory) CreateCertificate(_ context.Context, v keeper.Certificate, _ time.Time) (keeper.Certificate, error) {
	v.ID = 8
	return v, m.err
}

func (m *memory) Certificate(_ context.Context, id int64) (keeper.Certificate, error) {
	for _, c := range m.certs {
		if c.ID == id {
			return c, nil
		}
	}
	return keeper.Certificate{}, keeper.ErrNotFound
}

func (m *memory) Certificates(_ context.Context, f keeper.CertificateFilter) ([]keeper.Certificate, error) {
	list := []keeper.Certificate{}
	for _, c := range m.certs {
		if c.ID > f.After && len(list) < f.Limit {
			list = append(list, c)
		}
	}
	return list, m.err
}

func (m *memory) Renew(_ context.Context, r store.Renewal) (keeper.Certificate, error) {
	m.renewals = append(m.renewals, r)
	return keeper.Certificate{ID: r.ID, NotBefore: r.NotBefore, NotAfter: r.NotAfter}, m.err
}

func (m *memory) CreateKey(_ context.Context, v keeper.APIKey, _ time.Time) (keeper.APIKey, error) {
	v.ID = 9
	m.keys[v.Hash] = v
	return v, m.err
}

func (m *memory) Keys(context.Context) ([]keeper.APIKey, error)          { return []keeper.APIKey{}, m.err }
func (m *memory) RevokeKey(context.Context, int64, time.Time) error      { return m.err }
func (m *memory) Generation(context.Context) (generation int, err error) { return m.generation, m.err }

var fixedNow = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

type rig struct {
	handler  http.Handler
	store    *memory
	draining *atomic.Bool
	log      *bytes.Buffer
}

// newRig has a key per role, named like it. With db nil it is an API-only instance.
func newRig(t *testing.T, withDatabase bool) rig {
	t.Helper()
	r := rig{store: &memory{keys: map[[32]byte]keeper.APIKey{}, generation: store.RequiredGeneration}, draining: &atomic.Bool{}, log: &bytes.Buffer{}}
	for _, role := range []keeper.Role{keeper.Reader, keeper.Operator, keeper.Admin} {
		hash := auth.Hash(string(role))
		r.store.keys[hash] = keeper.APIKey{Name: string(role), Role: role, Hash: hash}
	}
	traces, err := tracing.New(context.Background(), tracing.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return fixedNow }
	m := metrics.New(buildinfo.Info{Version: "1.2.3", Commit: "abc"})
	d := Deps{
		Build: buildinfo.Info{Version: "1.2.3", Commit: "abc"}, Log: slog.New(slog.NewJSONHandler(r.log, nil)), Tracing: traces,
		Metrics: m, Auth: auth.New(r.store, "", now), Cache: cache.New(cache.Options{}), Rum: rum.NewCollector(m.Registry, "1.2.3"),
		RumBucket: rum.NewBucket(1, fixedNow), Faults: &faults.Injector{}, Now: now, SlowRequest: time.Second,
		ReadyTimeout: time.Second, Draining: r.draining,
	}
	if withDatabase {
		d.Store = r.store
	}
	r.handler = New(d)
	return r
}

type answer struct {
	code   int
	header http.Header
	text   string
	err    errorContent
}

// fields names the fields that an error blames.
func (a answer) fields() string {
	names := []string{}
	for _, d := range a.err.Details {
		names = append(names, d.Field)
	}
	return strings.Join(names, " ")
}

func (r rig) ask(method, target, key, body string, headers ...string) answer {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	request := httptest.NewRequest(method, target, reader)
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("X-API-Key", key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	out := answer{code: w.Code, header: w.Header(), text: w.Body.String()}
	var failed errorBody
	if json.Unmarshal(w.Body.Bytes(), &failed) == nil {
		out.err = failed.Error
	}
	return out
}
