// Package logging sets up JSON logs that carry the trace id of the request they belong to.
package logging

import (
	"context"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// New returns a JSON logger and the level that can be changed while it is in use. Every record names the version, because
// two versions write side by side during a rollout.
func New(w io.Writer, level slog.Level, version string) (*slog.Logger, *slog.LevelVar) {
	variable := &slog.LevelVar{}
	variable.Set(level)
	inner := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: variable})
	return slog.New(traced{inner}).With("version", version), variable
}

// traced adds trace_id and span_id from the context to each record.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return t.Handler.Handle(ctx, record)
}

func (t traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(attrs)} }

func (t traced) WithGroup(name string) slog.Handler { return traced{t.Handler.WithGroup(name)} }
