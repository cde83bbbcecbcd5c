//go:build faults

// Package faults makes a build misbehave on purpose, so that rehearsals have something real to find. Every failure that it
// injects carries the header X-Fault-Injected, so that a test can tell it from a failure that nobody ordered.
package faults

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

const (
	pollEvery = 100 * time.Millisecond
	leakMax   = 2 << 30
)

// Injector injects faults. The clock of all of them starts with Start.
type Injector struct {
	base   live
	fixed  fixed
	log    *slog.Logger
	now    atomic.Pointer[live] // what holds at this moment; nil before CERTKEEPER_FAULT_AFTER has passed
	leaked [][]byte
}

// New checks the settings.
func New(values map[string]string, log *slog.Logger) (*Injector, error) {
	l, f, err := parse(values)
	return &Injector{base: l, fixed: f, log: log}, err
}

// Start dies at once if that is ordered, and else begins to misbehave in the background until ctx ends.
func (i *Injector) Start(ctx context.Context) {
	i.log.Warn("this build can inject faults; it is not for production")
	if i.fixed.crashAtStart {
		panic("injected fault: crash at start")
	}
	go i.run(ctx)
}

func (i *Injector) run(ctx context.Context) {
	if !sleep(ctx, i.fixed.after) {
		return
	}
	i.now.Store(&i.base)
	began, complained, leakedBytes := time.Now(), "", 0.0
	for {
		since := time.Since(began)
		if i.fixed.crashAfter > 0 && since >= i.fixed.crashAfter {
			panic("injected fault: crash after " + i.fixed.crashAfter.String())
		}
		due := min(i.fixed.leakPerMinute*since.Minutes()*(1<<20), leakMax)
		if chunk := int(due - leakedBytes); chunk >= 64<<10 {
			i.leak(chunk)
			leakedBytes += float64(chunk)
		}
		if i.fixed.file != "" {
			complained = i.reread(complained)
		}
		if !sleep(ctx, pollEvery) {
			return
		}
	}
}

// reread applies the control file. A half-written file keeps what held before; the same complaint is logged once.
func (i *Injector) reread(complained string) string {
	content, err := os.ReadFile(i.fixed.file)
	if os.IsNotExist(err) {
		i.now.Store(&i.base)
		return ""
	}
	next := i.base
	if err == nil {
		next, err = overlay(i.base, content)
	}
	if err != nil {
		if err.Error() != complained {
			i.log.Warn("fault file is not usable; keeping the last settings", "file", i.fixed.file, "error", err.Error())
		}
		return err.Error()
	}
	if before := i.now.Swap(&next); *before != next {
		i.log.Warn("faults changed", "error_rate", next.errorRate, "latency", next.latency.String(),
			"latency_rate", next.latencyRate, "not_ready", next.notReady)
	}
	return ""
}

// leak keeps memory and touches every page of it, so that it is resident.
func (i *Injector) leak(size int) {
	chunk := make([]byte, size)
	for at := 0; at < size; at += 4096 {
		chunk[at] = 1
	}
	i.leaked = append(i.leaked, chunk)
}

// Wrap injects latency and errors into /api requests.
func (i *Injector) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := i.now.Load()
		if l == nil || !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		if l.latency > 0 && rand.Float64() < l.latencyRate {
			w.Header().Add("X-Fault-Injected", "latency")
			if !sleep(r.Context(), l.latency) {
				return
			}
		}
		if rand.Float64() < l.errorRate {
			w.Header().Add("X-Fault-Injected", "error")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"error":{"code":"injected_fault","message":"this failure was ordered by CERTKEEPER_FAULT_*"}}` + "\n"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// NotReady reports whether /readyz is to fail.
func (i *Injector) NotReady() bool {
	l := i.now.Load()
	return l != nil && l.notReady
}

// sleep waits, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
