// Package httpapi is the service's HTTP interface: routes, middleware, handlers. The README lists the endpoints.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"certkeeper/internal/auth"
	"certkeeper/internal/buildinfo"
	"certkeeper/internal/cache"
	"certkeeper/internal/keeper"
	"certkeeper/internal/metrics"
	"certkeeper/internal/rum"
	"certkeeper/internal/store"
	"certkeeper/internal/tracing"
)

// Store is the part of the database that handlers use.
type Store interface {
	auth.Keys
	CreateServer(ctx context.Context, v keeper.Server, now time.Time) (keeper.Server, error)
	Server(ctx context.Context, id int64) (keeper.Server, error)
	Servers(ctx context.Context, f keeper.ServerFilter) ([]keeper.Server, error)
	CreateCertificate(ctx context.Context, v keeper.Certificate, now time.Time) (keeper.Certificate, error)
	Certificate(ctx context.Context, id int64) (keeper.Certificate, error)
	Certificates(ctx context.Context, f keeper.CertificateFilter) ([]keeper.Certificate, error)
	Renew(ctx context.Context, r store.Renewal) (keeper.Certificate, error)
	CreateKey(ctx context.Context, v keeper.APIKey, now time.Time) (keeper.APIKey, error)
	Keys(ctx context.Context) ([]keeper.APIKey, error)
	RevokeKey(ctx context.Context, id int64, now time.Time) error
	Generation(ctx context.Context) (int, error)
}

// Faults is the part of the fault injector that handlers use.
type Faults interface {
	Wrap(next http.Handler) http.Handler
	NotReady() bool
}

// Deps is what the interface is made of. Store is nil in API-only mode.
type Deps struct {
	Build        buildinfo.Info
	Log          *slog.Logger
	Tracing      tracing.Tracing
	Metrics      *metrics.Metrics
	Auth         *auth.Authenticator
	Store        Store
	Cache        *cache.Cache
	Rum          *rum.Collector
	RumBucket    *rum.Bucket
	Faults       Faults
	Now          func() time.Time
	SlowRequest  time.Duration
	ReadyTimeout time.Duration
	Draining     *atomic.Bool
}

type api struct {
	Deps
	version []string // the value of X-Certkeeper-Version, shared by all responses
}

// needs says what a route asks for before its handler runs.
type needs struct {
	role     keeper.Role // "" for none
	database bool
}

// New builds the handler for everything.
func New(d Deps) http.Handler {
	a := &api{Deps: d, version: []string{d.Build.Version}}
	mux := http.NewServeMux()
	paths := map[string][]string{} // path → methods, for 405
	route := func(method, path string, n needs, h http.HandlerFunc) {
		paths[path] = append(paths[path], method)
		mux.Handle(method+" "+path, a.instrument(method, path, a.guard(n, h)))
	}
	open, reader := needs{}, needs{keeper.Reader, true}
	operator, admin := needs{keeper.Operator, true}, needs{keeper.Admin, true}

	route("GET", "/healthz", open, a.health)
	route("GET", "/readyz", open, a.ready)
	route("GET", "/metrics", open, d.Metrics.Handler().ServeHTTP)
	route("GET", "/api/v1/ping", open, a.ping)
	route("GET", "/api/v1/version", open, a.versionInfo)
	route("POST", "/api/v1/telemetry", open, a.telemetry)
	route("GET", "/api/v1/servers", reader, a.listServers)
	route("POST", "/api/v1/servers", operator, a.createServer)
	route("GET", "/api/v1/servers/{id}", reader, a.getServer)
	route("GET", "/api/v1/certificates", reader, a.listCertificates)
	route("POST", "/api/v1/certificates", operator, a.createCertificate)
	route("GET", "/api/v1/certificates/{id}", reader, a.getCertificate)
	route("POST", "/api/v1/certificates/{id}/renew", operator, a.renewCertificate)
	route("GET", "/api/v1/keys", admin, a.listKeys)
	route("POST", "/api/v1/keys", admin, a.createKey)
	route("DELETE", "/api/v1/keys/{id}", admin, a.revokeKey)
	for path, methods := range paths {
		mux.Handle(path, a.instrument("other", path, a.methodNotAllowed(methods)))
	}
	mux.Handle("/", a.instrument("any", "unmatched", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.fail(w, r, problem{status: http.StatusNotFound, code: "not_found", message: "no such endpoint"})
	})))
	return a.stamp(mux)
}
