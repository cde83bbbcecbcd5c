package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"certkeeper/internal/auth"
	"certkeeper/internal/keeper"
)

// problem is an answer that is not what the client hoped for.
type problem struct {
	status  int
	code    string
	message string
	details []keeper.FieldError
}

var internalProblem = problem{status: http.StatusInternalServerError, code: "internal",
	message: "something is broken here; quote the trace_id when you report it"}

type errorBody struct {
	Error errorContent `json:"error"`
}

type errorContent struct {
	Code    string              `json:"code"`
	Message string              `json:"message"`
	Details []keeper.FieldError `json:"details,omitempty"`
	TraceID string              `json:"trace_id,omitempty"`
}

// fail answers with a problem in the one shape that errors have.
func (a *api) fail(w http.ResponseWriter, r *http.Request, p problem) {
	content := errorContent{Code: p.code, Message: p.message, Details: p.details}
	if span := trace.SpanContextFromContext(r.Context()); span.HasTraceID() {
		content.TraceID = span.TraceID().String()
	}
	a.answer(w, r, p.status, errorBody{content})
}

// failWith translates an error of the store. What is not expected is logged and not shown.
func (a *api) failWith(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return // nobody is listening; recorded as 499
	case errors.Is(err, keeper.ErrNotFound):
		a.fail(w, r, problem{status: http.StatusNotFound, code: "not_found", message: "there is nothing with this id"})
	case errors.Is(err, keeper.ErrDuplicate):
		a.fail(w, r, problem{status: http.StatusConflict, code: "conflict", message: "this exists already"})
	case errors.Is(err, keeper.ErrNotLater):
		a.fail(w, r, problem{status: http.StatusConflict, code: "conflict", message: err.Error()})
	case errors.Is(err, keeper.ErrNoServer):
		a.fail(w, r, invalid(keeper.FieldError{Field: "server_id", Message: "there is no server with this id"}))
	case errors.Is(err, keeper.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		a.Log.ErrorContext(r.Context(), "database unavailable", "error", err.Error())
		w.Header().Set("Retry-After", "1")
		a.fail(w, r, problem{status: http.StatusServiceUnavailable, code: "database_unavailable",
			message: "the database does not answer; try again"})
	default:
		a.Log.ErrorContext(r.Context(), "internal error", "error", err.Error())
		a.fail(w, r, internalProblem)
	}
}

// answer sends a JSON body.
func (a *api) answer(w http.ResponseWriter, r *http.Request, status int, body any) {
	content, err := json.Marshal(body)
	if err != nil { // our own types always marshal; if not, it is a mistake in this program
		a.Log.ErrorContext(r.Context(), "cannot marshal", "error", err.Error())
		status, content = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"cannot marshal"}}`)
	}
	a.send(w, status, append(content, '\n'))
}

var jsonType = []string{"application/json"}

func (a *api) send(w http.ResponseWriter, status int, content []byte) {
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
	_, _ = w.Write(content) // the client may have gone; there is nobody to tell
}

func invalid(details ...keeper.FieldError) problem {
	message := "one field is not acceptable"
	if len(details) > 1 {
		message = "several fields are not acceptable"
	}
	return problem{status: http.StatusUnprocessableEntity, code: "validation_failed", message: message, details: details}
}

type principalKey struct{}

func withPrincipal(ctx context.Context, p auth.Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// principal is who the guard let in.
func principal(ctx context.Context) auth.Principal {
	p, _ := ctx.Value(principalKey{}).(auth.Principal)
	return p
}
