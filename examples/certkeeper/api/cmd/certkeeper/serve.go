package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"certkeeper/internal/auth"
	"certkeeper/internal/buildinfo"
	"certkeeper/internal/cache"
	"certkeeper/internal/config"
	"certkeeper/internal/faults"
	"certkeeper/internal/httpapi"
	"certkeeper/internal/lifecycle"
	"certkeeper/internal/logging"
	"certkeeper/internal/metrics"
	"certkeeper/internal/rum"
	"certkeeper/internal/store"
	"certkeeper/internal/tracing"
)

// serve puts the parts together. With check set it stops before anything is opened.
func serve(c config.Config, build buildinfo.Info, check bool, stdout, stderr io.Writer) int {
	log, level := logging.New(stdout, c.LogLevel, build.Version)
	injector, err := faults.New(c.Faults, log)
	if err != nil {
		fmt.Fprintf(stderr, "configuration is not usable:\n  %v\n", err)
		return exitUsage
	}
	if check {
		if c.DSN != "" {
			if _, err := store.Open(c.DSN, 1, nil); err != nil {
				fmt.Fprintf(stderr, "configuration is not usable:\n  %v\n", err)
				return exitUsage
			}
		}
		fmt.Fprintln(stdout, "configuration is usable")
		return exitOK
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	injector.Start(ctx)

	traces, err := tracing.New(ctx, tracing.Options{
		File: c.TraceFile, OTLP: c.OTLPEndpoint != "", Ratio: c.TraceRatio, Build: build, Instance: instance(c)})
	if err != nil {
		fmt.Fprintf(stderr, "configuration is not usable:\n  %v\n", err)
		return exitUsage
	}
	draining := &atomic.Bool{}
	handler, closeAll, err := assemble(c, build, log, traces, injector, draining)
	if err != nil {
		fmt.Fprintf(stderr, "configuration is not usable:\n  %v\n", err)
		return exitUsage
	}
	defer closeAll()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		fmt.Fprintf(stderr, "CERTKEEPER_LISTEN: %v; choose another address or stop what uses it\n", err)
		return exitFailed
	}
	log.Info("listening", "addr", listener.Addr().String(), "commit", build.Commit, "database", c.DSN != "", "cache", c.RedisAddr != "")
	err = lifecycle.Serve(newServer(handler, log), listener, signals, lifecycle.Options{
		Draining: draining, DrainDelay: c.DrainDelay, ShutdownTimeout: c.ShutdownTimeout, Log: log,
		Reload: func() { reload(c.LogLevelFile, level, log) },
	})
	flush, cancelFlush := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancelFlush()
	if flushErr := traces.Shutdown(flush); flushErr != nil {
		log.Warn("traces not flushed", "error", flushErr.Error())
	}
	if err != nil {
		log.Error("stopped", "error", err.Error())
		return exitFailed
	}
	return exitOK
}

// assemble makes the handler, and a function that closes what it opened.
func assemble(c config.Config, build buildinfo.Info, log *slog.Logger, traces tracing.Tracing, injector *faults.Injector,
	draining *atomic.Bool) (http.Handler, func(), error) {
	m := metrics.New(build)
	deps := httpapi.Deps{
		Build: build, Log: log, Tracing: traces, Metrics: m, Faults: injector, Now: time.Now, Draining: draining,
		Rum: rum.NewCollector(m.Registry, build.Version), RumBucket: rum.NewBucket(c.TelemetryRate, time.Now()),
		SlowRequest: c.SlowRequest, ReadyTimeout: c.ReadyTimeout,
		Cache: cache.New(cache.Options{
			Addr: c.RedisAddr, Password: c.RedisPassword, TTL: c.CacheTTL, NegativeTTL: c.CacheNegTTL,
			Generation: store.RequiredGeneration,
			Observe:    func(entity string, r cache.Result) { m.Cache(entity, string(r)) },
		}),
	}
	if c.DSN == "" {
		deps.Auth = auth.New(nil, c.BootstrapKey, time.Now)
		return httpapi.New(deps), func() { _ = deps.Cache.Close() }, nil
	}
	db, err := store.Open(c.DSN, c.DBMaxOpen, traces.Tracer)
	if err != nil {
		return nil, nil, err
	}
	deps.Store, deps.Auth = db, auth.New(db, c.BootstrapKey, time.Now)
	m.AddPool(db.Pool())
	m.AddTotals(db.Totals, time.Now)
	return httpapi.New(deps), func() {
		_ = deps.Cache.Close()
		_ = db.Close()
	}, nil
}

// newServer sets every time-out: a slow client must not hold a connection for ever.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// reload reads the log level again. A level that is not usable changes nothing.
func reload(path string, level *slog.LevelVar, log *slog.Logger) {
	if path == "" {
		log.Warn("SIGHUP: nothing to read again; set CERTKEEPER_LOG_LEVEL_FILE instead of CERTKEEPER_LOG_LEVEL")
		return
	}
	content, err := os.ReadFile(path)
	if err == nil {
		var next slog.Level
		if next, err = config.ParseLevel(strings.TrimSpace(string(content))); err == nil {
			level.Set(next)
			log.Log(context.Background(), max(next, slog.LevelInfo), "log level changed", "level", next.String())
			return
		}
	}
	log.Error("SIGHUP: log level not changed", "file", path, "error", err.Error())
}

// instance tells the processes of one version apart in traces.
func instance(c config.Config) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), c.Listen)
}
