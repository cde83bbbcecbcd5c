package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"certkeeper/internal/auth"
)

// statusClientGone is recorded, never sent: the client closed the connection before there was an answer.
const statusClientGone = 499

var (
	closeValue   = []string{"close"}
	noStoreValue = []string{"no-store"}
	nosniffValue = []string{"nosniff"}
)

// stamp sets what every response carries, whatever happens to the request. While draining it asks clients to leave: they
// reconnect elsewhere before the connection is closed under them.
func (a *api) stamp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["X-Certkeeper-Version"] = a.version
		h["Cache-Control"] = noStoreValue
		h["X-Content-Type-Options"] = nosniffValue
		if a.Draining.Load() {
			h["Connection"] = closeValue
		}
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status code.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 && code >= 200 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// instrument measures, traces and logs one route. Its metrics and span options are made once.
func (a *api) instrument(method, path string, next http.Handler) http.Handler {
	route := a.Metrics.Route(method, path)
	spanName := method + " " + path
	spanOptions := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}
	traced := strings.HasPrefix(path, "/api/")
	next = a.Faults.Wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		a.Metrics.InFlight.Inc()
		rec := &recorder{ResponseWriter: w}
		var span trace.Span
		if traced {
			ctx := a.Tracing.Propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
			ctx, span = a.Tracing.Tracer.Start(ctx, spanName, spanOptions...)
			r = r.WithContext(ctx)
		}
		defer func() {
			thrown := recover()
			if thrown != nil && thrown != http.ErrAbortHandler {
				a.Log.ErrorContext(r.Context(), "panic", "error", fmt.Sprint(thrown), "stack", string(debug.Stack()))
				if rec.code == 0 {
					a.fail(rec, r, internalProblem)
				}
			}
			a.Metrics.InFlight.Dec()
			took := time.Since(began)
			code := finalCode(rec.code, r)
			route.Done(code, took)
			a.finishSpan(span, method, path, code)
			a.logRequest(r, path, code, took)
			if thrown == http.ErrAbortHandler {
				panic(thrown)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// finalCode is what to record. net/http sends 200 for a handler that wrote nothing, unless the client has gone.
func finalCode(code int, r *http.Request) int {
	switch {
	case code != 0:
		return code
	case r.Context().Err() != nil:
		return statusClientGone
	default:
		return http.StatusOK
	}
}

func (a *api) finishSpan(span trace.Span, method, path string, code int) {
	if span == nil {
		return
	}
	if span.IsRecording() {
		span.SetAttributes(
			attribute.String("http.request.method", method),
			attribute.String("http.route", path),
			attribute.Int("http.response.status_code", code),
		)
		if code >= 500 {
			span.SetStatus(codes.Error, http.StatusText(code))
		}
	}
	span.End()
}

// logRequest writes failures at error, slow requests at info and the rest at debug, where they cost nothing by default.
func (a *api) logRequest(r *http.Request, path string, code int, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case code >= 500 && path != "/readyz":
		level = slog.LevelError
	case took >= a.SlowRequest:
		level = slog.LevelInfo
	}
	ctx := r.Context()
	if a.Log.Enabled(ctx, level) {
		a.Log.LogAttrs(ctx, level, "request", slog.String("method", r.Method), slog.String("route", path),
			slog.Int("code", code), slog.Float64("ms", float64(took.Microseconds())/1000))
	}
}

// guard refuses requests that lack what the route needs.
func (a *api) guard(n needs, next http.HandlerFunc) http.Handler {
	if !n.database && n.role == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.database && a.Store == nil {
			a.fail(w, r, problem{status: http.StatusServiceUnavailable, code: "database_not_configured",
				message: "this instance runs without a database; set CERTKEEPER_DSN"})
			return
		}
		who, err := a.Auth.Check(r.Context(), auth.FromRequest(r))
		switch {
		case errors.Is(err, auth.ErrUnauthenticated):
			w.Header().Set("WWW-Authenticate", "Bearer")
			a.fail(w, r, problem{status: http.StatusUnauthorized, code: "unauthenticated",
				message: "send a valid API key as \"Authorization: Bearer\" or \"X-API-Key\""})
		case err != nil:
			a.failWith(w, r, err)
		case !who.Role.Includes(n.role):
			a.fail(w, r, problem{status: http.StatusForbidden, code: "forbidden",
				message: fmt.Sprintf("this needs the role %s; your key has %s", n.role, who.Role)})
		default:
			next(w, r.WithContext(withPrincipal(r.Context(), who)))
		}
	})
}

func (a *api) methodNotAllowed(methods []string) http.Handler {
	allowed := slices.Clone(methods)
	if slices.Contains(allowed, "GET") {
		allowed = append(allowed, "HEAD")
	}
	slices.Sort(allowed)
	list := strings.Join(allowed, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", list)
		a.fail(w, r, problem{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "this endpoint takes " + list})
	})
}
