package auth

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"certkeeper/internal/keeper"
)

type fakeKeys struct {
	rows  map[[32]byte]keeper.APIKey
	err   error
	reads int
}

func (f *fakeKeys) KeyByHash(_ context.Context, hash [32]byte) (keeper.APIKey, error) {
	f.reads++
	if f.err != nil {
		return keeper.APIKey{}, f.err
	}
	row, ok := f.rows[hash]
	if !ok {
		return row, keeper.ErrNotFound
	}
	return row, nil
}

func TestCheck(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	past, future := now.Add(-time.Second), now.Add(time.Second)
	rows := map[[32]byte]keeper.APIKey{}
	add := func(key string, k keeper.APIKey) {
		k.Name, k.Hash = key, Hash(key)
		rows[k.Hash] = k
	}
	add("plain", keeper.APIKey{Role: keeper.Reader})
	add("later", keeper.APIKey{Role: keeper.Operator, ExpiresAt: &future})
	add("expired", keeper.APIKey{Role: keeper.Admin, ExpiresAt: &past})
	add("revoked", keeper.APIKey{Role: keeper.Admin, RevokedAt: &past})
	add("odd role", keeper.APIKey{Role: "root"})
	rows[Hash("other hash")] = keeper.APIKey{Role: keeper.Admin, Hash: Hash("something else")}
	a := New(&fakeKeys{rows: rows}, "bootstrap-key", func() time.Time { return now })
	for key, want := range map[string]keeper.Role{"plain": keeper.Reader, "later": keeper.Operator, "bootstrap-key": keeper.Admin} {
		if who, err := a.Check(context.Background(), key); err != nil || who.Role != want {
			t.Errorf("%q: %v %v", key, who, err)
		}
	}
	for _, key := range []string{"", "nobody", "expired", "revoked", "odd role", "other hash", "bootstrap-ke"} {
		if who, err := a.Check(context.Background(), key); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%q: %v %v", key, who, err)
		}
	}
}

func TestNoBootstrapKeyMeansNone(t *testing.T) {
	a := New(nil, "", time.Now)
	if _, err := a.Check(context.Background(), ""); !errors.Is(err, ErrUnauthenticated) {
		t.Fatal("the empty key must not be the bootstrap key")
	}
}

func TestRemembersForAShortTime(t *testing.T) {
	now := time.Now()
	keys := &fakeKeys{rows: map[[32]byte]keeper.APIKey{Hash("k"): {Role: keeper.Reader, Hash: Hash("k")}}}
	a := New(keys, "", func() time.Time { return now })
	check := func() error { _, err := a.Check(context.Background(), "k"); return err }
	if check() != nil || check() != nil || keys.reads != 1 {
		t.Fatalf("want one read, got %d", keys.reads)
	}
	keys.err = errors.New("database gone")
	if check() != nil {
		t.Fatal("a remembered key must survive a short outage")
	}
	now = now.Add(remember)
	if err := check(); err == nil || errors.Is(err, ErrUnauthenticated) {
		t.Fatalf("an outage must not look like a wrong key: %v", err)
	}
	keys.err = nil
	delete(keys.rows, Hash("k"))
	if !errors.Is(check(), ErrUnauthenticated) {
		t.Fatal("a deleted key must end")
	}
}

func TestFromRequest(t *testing.T) {
	for _, tc := range []struct{ authorization, header, want string }{
		{"Bearer k", "", "k"}, {"bearer  k", "", "k"}, {"", "k", "k"}, {"Bearer k", "k", "k"},
		{"Bearer a", "b", ""}, {"Basic a", "", ""}, {"Bearer", "", ""}, {"", "", ""},
	} {
		r := &http.Request{Header: http.Header{}}
		r.Header.Set("Authorization", tc.authorization)
		r.Header.Set("X-API-Key", tc.header)
		if got := FromRequest(r); got != tc.want {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}

func TestNewKeysDiffer(t *testing.T) {
	if a, b := NewKey(), NewKey(); a == b || len(a) != 46 {
		t.Fatal(a, b)
	}
}
