// Package lifecycle serves until a signal asks to stop, and then stops without losing a request.
package lifecycle

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Options says how to stop.
type Options struct {
	Draining        *atomic.Bool // set at the first signal; /readyz reads it
	DrainDelay      time.Duration
	ShutdownTimeout time.Duration
	Reload          func() // on SIGHUP
	Log             *slog.Logger
}

var (
	errSecondSignal = errors.New("stopped by a second signal; requests in flight were cut off")
	errDeadline     = errors.New("requests were still in flight at the deadline and were cut off")
)

// Serve answers on the listener until SIGTERM or SIGINT arrives on signals. Then: not ready at once, but still serving for
// DrainDelay, so that balancers can look away; then no new connections, and ShutdownTimeout for what is in flight. nil means
// that every request was answered. A second signal ends everything at once.
func Serve(server *http.Server, listener net.Listener, signals <-chan os.Signal, o Options) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if err := waitForStop(failed, signals, o); err != nil {
		return err
	}
	o.Draining.Store(true)
	o.Log.Info("draining", "delay", o.DrainDelay.String())

	again := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go watchSecond(ctx, signals, again)

	select {
	case <-time.After(o.DrainDelay):
	case <-again:
		_ = server.Close()
		return errSecondSignal
	}
	deadline, cancelDeadline := context.WithTimeout(ctx, o.ShutdownTimeout)
	defer cancelDeadline()
	done := make(chan error, 1)
	go func() { done <- server.Shutdown(deadline) }()
	select {
	case err := <-done:
		if err != nil {
			_ = server.Close()
			return errors.Join(errDeadline, err)
		}
		o.Log.Info("stopped")
		return nil
	case <-again:
		_ = server.Close()
		return errSecondSignal
	}
}

// waitForStop returns nil when a stop was asked for, or the error that ended the server.
func waitForStop(failed <-chan error, signals <-chan os.Signal, o Options) error {
	for {
		select {
		case err := <-failed:
			return err
		case s := <-signals:
			if s != syscall.SIGHUP {
				return nil
			}
			o.Reload()
		}
	}
}

// watchSecond closes again at the next stop signal. SIGHUP means nothing any more.
func watchSecond(ctx context.Context, signals <-chan os.Signal, again chan<- struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-signals:
			if s != syscall.SIGHUP {
				close(again)
				return
			}
		}
	}
}
