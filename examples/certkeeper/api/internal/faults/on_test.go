//go:build faults

package faults

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func start(t *testing.T, values map[string]string) *Injector {
	t.Helper()
	i, err := New(values, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	i.Start(ctx)
	return i
}

func ask(i *Injector, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	i.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })).
		ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func TestErrorRateAndScope(t *testing.T) {
	i := start(t, map[string]string{"CERTKEEPER_FAULT_ERROR_RATE": "0.25"})
	eventually(t, "faults never began", func() bool { return i.now.Load() != nil })
	failed := 0
	for range 4000 {
		if w := ask(i, "/api/v1/ping"); w.Code == 500 {
			failed++
			if w.Header().Get("X-Fault-Injected") != "error" {
				t.Fatal("an injected failure without its header")
			}
		}
	}
	if failed < 850 || failed > 1150 { // 1000 ± 5.5 standard deviations
		t.Fatalf("%d of 4000", failed)
	}
	for range 200 {
		if ask(i, "/healthz").Code != 200 {
			t.Fatal("only /api misbehaves")
		}
	}
}

func TestAfterAndFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.json")
	i := start(t, map[string]string{"CERTKEEPER_FAULT_AFTER": "100ms", "CERTKEEPER_FAULT_ERROR_RATE": "1", "CERTKEEPER_FAULT_FILE": file})
	if ask(i, "/api/x").Code != 200 {
		t.Fatal("too early")
	}
	eventually(t, "never failed", func() bool { return ask(i, "/api/x").Code == 500 })
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"error_rate":0,"latency":"20ms","not_ready":true}`)
	eventually(t, "file not read", func() bool { return ask(i, "/api/x").Code == 200 && i.NotReady() })
	began := time.Now()
	if w := ask(i, "/api/x"); w.Header().Get("X-Fault-Injected") != "latency" || time.Since(began) < 20*time.Millisecond {
		t.Fatal("no latency")
	}
	write(`{"error_rate":0,`)
	time.Sleep(250 * time.Millisecond)
	if ask(i, "/api/x").Code != 200 || !i.NotReady() {
		t.Fatal("a broken file must keep the last settings")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	eventually(t, "not back to the environment", func() bool { return ask(i, "/api/x").Code == 500 && !i.NotReady() })
}

func TestBadValues(t *testing.T) {
	for name, value := range map[string]string{
		"CERTKEEPER_FAULT_ERROR_RATE": "2", "CERTKEEPER_FAULT_LATENCY": "5", "CERTKEEPER_FAULT_LATENCY_RATE": "x",
		"CERTKEEPER_FAULT_LEAK": "-1", "CERTKEEPER_FAULT_CRASH_AFTER": "soon", "CERTKEEPER_FAULT_CRASH_AT_START": "yes",
		"CERTKEEPER_FAULT_AFTER": "-1s", "CERTKEEPER_FAULT_NOT_READY": "",
	} {
		if _, err := New(map[string]string{name: value}, nil); err == nil {
			t.Errorf("%s=%s was accepted", name, value)
		}
	}
}

func TestLeakIsResident(t *testing.T) {
	i := start(t, map[string]string{"CERTKEEPER_FAULT_LEAK": "6000"})
	_ = i
	before := residentKiB(t)
	eventually(t, "no memory was leaked", func() bool { return residentKiB(t)-before > 8<<10 })
}

func residentKiB(t *testing.T) int {
	t.Helper()
	content, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var total, resident int
	if _, err := fmt.Sscan(string(content), &total, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * os.Getpagesize() / 1024
}
