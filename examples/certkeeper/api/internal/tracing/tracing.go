// Package tracing sets up OpenTelemetry. Trace ids exist for every request, so that logs can be joined; spans are only
// recorded when there is somewhere to send them.
package tracing

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"certkeeper/internal/buildinfo"
)

// Options says where spans go. With neither set, nothing is recorded.
type Options struct {
	File     string  // JSON lines, written at once: for tests
	OTLP     bool    // the standard OTEL_EXPORTER_OTLP_* variables say where
	Ratio    float64 // share of traces kept when the caller did not decide
	Build    buildinfo.Info
	Instance string
}

// Tracing is what the rest of the service needs.
type Tracing struct {
	Tracer     trace.Tracer
	Propagator propagation.TextMapPropagator // W3C traceparent and tracestate
	// Shutdown sends what is still waiting; call it last.
	Shutdown func(context.Context) error
}

// New builds the tracer. It fails only if the file cannot be opened or the OTLP variables are wrong; an unreachable
// collector costs spans, never requests.
func New(ctx context.Context, o Options) (Tracing, error) {
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "certkeeper"),
		attribute.String("service.version", o.Build.Version),
		attribute.String("service.instance.id", o.Instance),
	))}
	closeFile := func() error { return nil }
	if o.File != "" {
		file, err := os.OpenFile(o.File, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return Tracing{}, fmt.Errorf("CERTKEEPER_TRACE_FILE: %w", err)
		}
		exporter, err := stdouttrace.New(stdouttrace.WithWriter(file))
		if err != nil {
			return Tracing{}, err
		}
		options = append(options, sdktrace.WithSyncer(exporter))
		closeFile = file.Close
	}
	if o.OTLP {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return Tracing{}, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
		}
		options = append(options, sdktrace.WithBatcher(exporter))
	}
	sampler := sdktrace.NeverSample()
	if o.File != "" || o.OTLP {
		sampler = sdktrace.ParentBased(sdktrace.TraceIDRatioBased(o.Ratio))
	}
	provider := sdktrace.NewTracerProvider(append(options, sdktrace.WithSampler(sampler))...)
	return Tracing{
		Tracer:     provider.Tracer("certkeeper"),
		Propagator: propagation.TraceContext{},
		Shutdown: func(ctx context.Context) error {
			err := provider.Shutdown(ctx)
			if closeErr := closeFile(); err == nil {
				err = closeErr
			}
			return err
		},
	}, nil
}
