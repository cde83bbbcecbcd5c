// Package auth knows API keys: how they are made, read from requests, and checked.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"certkeeper/internal/keeper"
)

// ErrUnauthenticated means that no key, or no usable one, came with the request.
var ErrUnauthenticated = errors.New("no valid API key")

// remember is how long a key's row is trusted before it is read again: so long can a revocation in another process take.
const (
	remember    = 5 * time.Second
	rememberMax = 1024
)

// Principal is who a request comes from.
type Principal struct {
	Name string
	Role keeper.Role
}

// Keys is the part of the store that auth needs.
type Keys interface {
	KeyByHash(ctx context.Context, hash [32]byte) (keeper.APIKey, error)
}

// Authenticator checks keys against the bootstrap key and the store.
type Authenticator struct {
	keys      Keys     // nil in API-only mode
	bootstrap [32]byte // hash
	hasBoot   bool
	now       func() time.Time

	mu    sync.Mutex
	known map[[32]byte]remembered
}

type remembered struct {
	key  keeper.APIKey
	till time.Time
}

// New takes the bootstrap key in plain form, "" for none; only its hash is kept.
func New(keys Keys, bootstrap string, now func() time.Time) *Authenticator {
	return &Authenticator{
		keys: keys, bootstrap: Hash(bootstrap), hasBoot: bootstrap != "", now: now,
		known: map[[32]byte]remembered{},
	}
}

// Hash is how keys are stored.
func Hash(key string) [32]byte { return sha256.Sum256([]byte(key)) }

// NewKey makes a random key with 256 bits of entropy.
func NewKey() string {
	random := make([]byte, 32)
	rand.Read(random) // never fails; ends the process if the system has no randomness
	return "ck_" + base64.RawURLEncoding.EncodeToString(random)
}

// FromRequest reads the key from "Authorization: Bearer" or "X-API-Key"; "" if there is none. Two different keys in one
// request are a mistake and count as none.
func FromRequest(r *http.Request) string {
	header := r.Header.Get("X-API-Key")
	scheme, bearer, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "bearer") {
		return header
	}
	bearer = strings.TrimSpace(bearer)
	if header != "" && header != bearer {
		return ""
	}
	return bearer
}

// Check returns who holds the key: ErrUnauthenticated if nobody does, another error if that could not be found out.
func (a *Authenticator) Check(ctx context.Context, key string) (Principal, error) {
	if key == "" || len(key) > 256 {
		return Principal{}, ErrUnauthenticated
	}
	hash := Hash(key)
	if a.hasBoot && subtle.ConstantTimeCompare(hash[:], a.bootstrap[:]) == 1 {
		return Principal{Name: "bootstrap", Role: keeper.Admin}, nil
	}
	if a.keys == nil {
		return Principal{}, ErrUnauthenticated
	}
	now := a.now()
	stored, ok := a.recall(hash, now)
	if !ok {
		var err error
		stored, err = a.keys.KeyByHash(ctx, hash)
		if errors.Is(err, keeper.ErrNotFound) {
			return Principal{}, ErrUnauthenticated
		}
		if err != nil {
			return Principal{}, err
		}
		a.keep(hash, stored, now)
	}
	// The database compared with an index; compare again in constant time, whatever its collation did.
	if subtle.ConstantTimeCompare(hash[:], stored.Hash[:]) != 1 || !stored.UsableAt(now) || !stored.Role.Known() {
		return Principal{}, ErrUnauthenticated
	}
	return Principal{Name: stored.Name, Role: stored.Role}, nil
}

// Forget drops everything remembered, so that a revocation works at once in this process.
func (a *Authenticator) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.known)
}

func (a *Authenticator) recall(hash [32]byte, now time.Time) (keeper.APIKey, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r, ok := a.known[hash]
	return r.key, ok && now.Before(r.till)
}

func (a *Authenticator) keep(hash [32]byte, key keeper.APIKey, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= rememberMax {
		clear(a.known) // only valid keys get here, so this is rare
	}
	a.known[hash] = remembered{key, now.Add(remember)}
}
