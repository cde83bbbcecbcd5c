package lifecycle

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

type rig struct {
	url      string
	signals  chan os.Signal
	draining *atomic.Bool
	reloads  *atomic.Int32
	result   chan error
	entered  chan struct{}
	release  chan struct{}
}

func start(t *testing.T, delay, timeout time.Duration) rig {
	t.Helper()
	r := rig{signals: make(chan os.Signal, 4), draining: &atomic.Bool{}, reloads: &atomic.Int32{}, result: make(chan error, 1),
		entered: make(chan struct{}, 8), release: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) {
		r.entered <- struct{}{}
		<-r.release
		_, _ = w.Write([]byte("done"))
	})
	mux.HandleFunc("/quick", func(http.ResponseWriter, *http.Request) {})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + listener.Addr().String()
	go func() {
		r.result <- Serve(&http.Server{Handler: mux}, listener, r.signals, Options{Draining: r.draining, DrainDelay: delay,
			ShutdownTimeout: timeout, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Reload: func() { r.reloads.Add(1) }})
	}()
	return r
}

func get(url string) (string, error) {
	response, err := (&http.Client{Transport: &http.Transport{}}).Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestDrainServesOnAndFinishesWhatIsInFlight(t *testing.T) {
	r := start(t, 150*time.Millisecond, 5*time.Second)
	slow := make(chan string, 1)
	go func() { body, _ := get(r.url + "/slow"); slow <- body }()
	<-r.entered
	r.signals <- syscall.SIGTERM
	for !r.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	if _, err := get(r.url + "/quick"); err != nil {
		t.Fatal("must still serve while draining:", err)
	}
	time.Sleep(250 * time.Millisecond)
	if _, err := get(r.url + "/quick"); err == nil {
		t.Fatal("must not accept after the delay")
	}
	close(r.release)
	if body := <-slow; body != "done" {
		t.Fatalf("the request in flight got %q", body)
	}
	if err := <-r.result; err != nil {
		t.Fatal(err)
	}
}

func TestDeadlineCutsOff(t *testing.T) {
	r := start(t, 0, 50*time.Millisecond)
	go func() { _, _ = get(r.url + "/slow") }()
	<-r.entered
	defer close(r.release)
	r.signals <- syscall.SIGTERM
	if err := <-r.result; !errors.Is(err, errDeadline) {
		t.Fatal(err)
	}
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	r := start(t, time.Minute, time.Minute)
	r.signals <- syscall.SIGTERM
	r.signals <- syscall.SIGHUP // means nothing now
	r.signals <- syscall.SIGTERM
	if err := <-r.result; !errors.Is(err, errSecondSignal) {
		t.Fatal(err)
	}
}

func TestHangupReloadsAndServesOn(t *testing.T) {
	r := start(t, 0, time.Second)
	r.signals <- syscall.SIGHUP
	for r.reloads.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := get(r.url + "/quick"); err != nil {
		t.Fatal(err)
	}
	r.signals <- syscall.SIGTERM
	if err := <-r.result; err != nil {
		t.Fatal(err)
	}
}
