package httpapi

import (
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"certkeeper/internal/rum"
)

// sendBeacon can only send types that need no CORS preflight, of which text/plain is one.
var telemetryTypes = []string{"application/json", "text/plain"}

// telemetry counts what a browser reports.
func (a *api) telemetry(w http.ResponseWriter, r *http.Request) {
	if wait, ok := a.RumBucket.Take(a.Now()); !ok {
		a.Rum.Refused.Inc()
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
		a.fail(w, r, problem{status: http.StatusTooManyRequests, code: "rate_limited", message: "too many reports; try later"})
		return
	}
	var report rum.Report
	if !a.decode(w, r, maxTelemetry, telemetryTypes, false, &report) {
		return
	}
	if problems := report.Check(); len(problems) > 0 {
		a.fail(w, r, invalid(problems...))
		return
	}
	a.Rum.Add(report)
	for _, e := range report.Errors {
		a.Log.LogAttrs(r.Context(), slog.LevelDebug, "script error", slog.String("frontend_version", report.Version),
			slog.String("message", clip(e.Message)), slog.String("source", clip(e.Source)), slog.Int("line", e.Line))
	}
	w.WriteHeader(http.StatusNoContent)
}

// clip shortens text from strangers before it is logged.
func clip(text string) string {
	if len(text) > 200 {
		return text[:200] + "…"
	}
	return text
}
