package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"certkeeper/internal/keeper"
)

// What needs a Redis is proven against a real one in test/integration/certkeeper*.test.ts.

func TestJitterStaysWithinItsBounds(t *testing.T) {
	for u, want := range map[float64]time.Duration{0: 85 * time.Second, 0.5: 100 * time.Second, 1: 115 * time.Second} {
		if got := Jittered(100*time.Second, u); (got - want).Abs() > time.Microsecond {
			t.Errorf("u=%v: %s, want %s", u, got, want)
		}
	}
}

func TestKeyRule(t *testing.T) {
	if got := New(Options{Generation: 5}).Key("certificate", 42); got != "ck:5:certificate:42" {
		t.Fatal(got)
	}
}

func TestConcurrentLoadsAreMerged(t *testing.T) {
	c := New(Options{})
	var loads atomic.Int32
	release := make(chan struct{})
	load := func(context.Context) ([]byte, error) {
		loads.Add(1)
		<-release
		return []byte(`{}`), nil
	}
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := c.Get(context.Background(), "e", 1, load); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	close(release)
	group.Wait()
	if n := loads.Load(); n != 1 {
		t.Fatalf("%d loads", n)
	}
}

func TestOneCallerGivingUpDoesNotFailTheOthers(t *testing.T) {
	c := New(Options{})
	started, release := make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) ([]byte, error) {
		close(started)
		<-release
		return []byte(`{}`), ctx.Err()
	}
	impatient, cancel := context.WithCancel(context.Background())
	first := make(chan error, 1)
	go func() { _, err := c.Get(impatient, "e", 1, load); first <- err }()
	<-started
	second := make(chan error, 1)
	go func() { _, err := c.Get(context.Background(), "e", 1, load); second <- err }()
	time.Sleep(10 * time.Millisecond)
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(release)
	if err := <-second; err != nil {
		t.Fatal(err)
	}
}

func TestAfterAWriteNobodyJoinsAnOldLoad(t *testing.T) {
	c := New(Options{})
	started, release := make(chan struct{}), make(chan struct{})
	go func() {
		_, _ = c.Get(context.Background(), "e", 1, func(context.Context) ([]byte, error) {
			close(started)
			<-release
			return []byte("old"), nil
		})
	}()
	<-started
	if err := c.Invalidate(context.Background(), "e", 1); err != nil {
		t.Fatal(err)
	}
	got, err := c.Get(context.Background(), "e", 1, func(context.Context) ([]byte, error) { return []byte("new"), nil })
	close(release)
	if err != nil || string(got) != "new" {
		t.Fatalf("%q %v", got, err)
	}
}

func TestADeadRedisCostsLittleAndIsLeftAlone(t *testing.T) {
	var results []Result
	c := New(Options{Addr: "127.0.0.1:1", TTL: time.Minute, NegativeTTL: time.Second, Observe: func(_ string, r Result) { results = append(results, r) }})
	defer c.Close()
	began := time.Now()
	for range 100 {
		_, err := c.Get(context.Background(), "e", 1, func(context.Context) ([]byte, error) { return nil, keeper.ErrNotFound })
		if !errors.Is(err, keeper.ErrNotFound) {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Fatalf("100 reads took %s", took)
	}
	if len(results) != 100 || results[0] != Bypass || results[99] != Bypass {
		t.Fatal(results)
	}
	if c.Invalidate(context.Background(), "e", 1) == nil {
		t.Fatal("an invalidation that did not happen must be reported")
	}
}
