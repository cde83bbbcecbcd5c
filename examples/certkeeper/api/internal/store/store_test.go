package store

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace/noop"

	"certkeeper/internal/keeper"
)

// open gives a store on the database of CERTKEEPER_TEST_DSN: empty, but with its migrations applied.
func open(t *testing.T) *Store {
	t.Helper()
	dsn := os.Getenv("CERTKEEPER_TEST_DSN")
	if dsn == "" {
		t.Skip("CERTKEEPER_TEST_DSN names no database")
	}
	s, err := Open(dsn, 4, noop.NewTracerProvider().Tracer(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestSchemaIsNewEnough(t *testing.T) {
	s := open(t)
	if g := must[int](t)(s.Generation(context.Background())); g < RequiredGeneration {
		t.Fatalf("generation %d, needs %d", g, RequiredGeneration)
	}
}

func TestServersAndCertificates(t *testing.T) {
	s, ctx := open(t), context.Background()
	server := must[keeper.Server](t)(s.CreateServer(ctx, keeper.Server{Name: "edge-1", Address: "192.0.2.1"}, now))
	if _, err := s.CreateServer(ctx, keeper.Server{Name: "edge-1", Address: "192.0.2.2"}, now); !errors.Is(err, keeper.ErrDuplicate) {
		t.Fatalf("a second edge-1: %v", err)
	}
	if again := must[keeper.Server](t)(s.Server(ctx, server.ID)); again != server {
		t.Fatalf("%+v is not %+v", again, server)
	}
	v := keeper.Certificate{ServerID: server.ID, Domain: "example.org", Issuer: "Prüfstelle", NotBefore: now, NotAfter: now.AddDate(0, 3, 0)}
	v = must[keeper.Certificate](t)(s.CreateCertificate(ctx, v, now))
	orphan := v
	orphan.ServerID = server.ID + 1
	if _, err := s.CreateCertificate(ctx, orphan, now); !errors.Is(err, keeper.ErrNoServer) {
		t.Fatalf("a certificate without a server: %v", err)
	}
	for _, status := range []keeper.Status{keeper.Valid, keeper.Expiring, keeper.Expired, keeper.Pending} {
		list := must[[]keeper.Certificate](t)(s.Certificates(ctx, keeper.CertificateFilter{Status: status, Now: now, DomainPrefix: "exam", Limit: 10}))
		if want := map[bool]int{true: 1}[status == keeper.Valid]; len(list) != want {
			t.Fatalf("%s: %d certificates", status, len(list))
		}
	}
	renewal := Renewal{ID: v.ID, NotBefore: now, NotAfter: now.AddDate(0, 6, 0), Actor: "tests", Now: now}
	if renewed := must[keeper.Certificate](t)(s.Renew(ctx, renewal)); !renewed.NotAfter.Equal(renewal.NotAfter) {
		t.Fatalf("renewed until %s", renewed.NotAfter)
	}
	if _, err := s.Renew(ctx, renewal); !errors.Is(err, keeper.ErrNotLater) {
		t.Fatalf("renewed twice: %v", err)
	}
	if servers, certificates, err := s.Totals(ctx); err != nil || servers != 1 || certificates != 1 {
		t.Fatalf("%d servers, %d certificates, %v", servers, certificates, err)
	}
}

func TestKeys(t *testing.T) {
	s, ctx := open(t), context.Background()
	hash := [32]byte{0xff, 0, 0x80, 0x27, 0x5c}
	key := must[keeper.APIKey](t)(s.CreateKey(ctx, keeper.APIKey{Name: "tests", Role: "admin", Hash: hash}, now))
	if found := must[keeper.APIKey](t)(s.KeyByHash(ctx, hash)); found.ID != key.ID {
		t.Fatalf("found key %d, made %d", found.ID, key.ID)
	}
	if err := s.RevokeKey(ctx, key.ID, now); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeKey(ctx, key.ID, now); !errors.Is(err, keeper.ErrNotFound) {
		t.Fatalf("revoked twice: %v", err)
	}
	if list := must[[]keeper.APIKey](t)(s.Keys(ctx)); len(list) != 1 || list[0].RevokedAt == nil {
		t.Fatalf("%+v", list)
	}
}
