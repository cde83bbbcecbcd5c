package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"certkeeper/internal/store"
)

// pingBlock is what ping hashes: a little work that is always the same.
var pingBlock = make([]byte, 1024)

func (a *api) ping(w http.ResponseWriter, _ *http.Request) {
	sum := sha256.Sum256(pingBlock)
	body := make([]byte, 0, 128)
	body = append(body, `{"pong":true,"digest":"`...)
	body = hex.AppendEncode(body, sum[:])
	body = append(body, "\"}\n"...)
	a.send(w, http.StatusOK, body)
}

func (a *api) versionInfo(w http.ResponseWriter, r *http.Request) {
	a.answer(w, r, http.StatusOK, struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Schema  int    `json:"schema"`
		Faults  bool   `json:"faults,omitempty"`
	}{a.Build.Version, a.Build.Commit, store.RequiredGeneration, a.Build.Faults})
}

func (a *api) health(w http.ResponseWriter, r *http.Request) {
	a.answer(w, r, http.StatusOK, struct {
		Status string `json:"status"`
	}{"alive"})
}

type readiness struct {
	Status string `json:"status"` // "ready" or "not ready"
	Reason string `json:"reason,omitempty"`
	Mode   string `json:"mode,omitempty"` // "api-only" without a database
	Schema int    `json:"schema,omitempty"`
	Needs  int    `json:"needs,omitempty"`
}

// ready says whether this instance should get requests.
func (a *api) ready(w http.ResponseWriter, r *http.Request) {
	answer := a.readiness(r.Context())
	status := http.StatusOK
	if answer.Reason != "" {
		answer.Status, status = "not ready", http.StatusServiceUnavailable
		if answer.Reason == "fault_injected" {
			w.Header().Set("X-Fault-Injected", "not-ready")
		}
	}
	a.answer(w, r, status, answer)
}

func (a *api) readiness(ctx context.Context) readiness {
	switch {
	case a.Draining.Load():
		return readiness{Reason: "draining"}
	case a.Faults.NotReady():
		return readiness{Reason: "fault_injected"}
	case a.Store == nil:
		return readiness{Status: "ready", Mode: "api-only"}
	}
	ctx, cancel := context.WithTimeout(ctx, a.ReadyTimeout)
	defer cancel()
	generation, err := a.Store.Generation(ctx)
	switch {
	case err != nil && store.SchemaMissing(err):
		return readiness{Reason: "schema_missing", Needs: store.RequiredGeneration}
	case err != nil:
		a.Log.DebugContext(ctx, "not ready", "error", err.Error())
		return readiness{Reason: "database_unreachable"}
	case generation < store.RequiredGeneration:
		return readiness{Reason: "schema_too_old", Schema: generation, Needs: store.RequiredGeneration}
	}
	return readiness{Status: "ready", Schema: generation}
}
