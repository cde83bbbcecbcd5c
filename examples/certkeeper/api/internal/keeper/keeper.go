// Package keeper holds the nouns of the service and the rules they obey. It does no I/O.
package keeper

import (
	"errors"
	"time"
)

// Errors that stores return and handlers translate; anything else is an internal error.
var (
	ErrNotFound    = errors.New("not found")
	ErrDuplicate   = errors.New("already exists")
	ErrNoServer    = errors.New("no such server")
	ErrNotLater    = errors.New("new end is not later than the present one")
	ErrUnavailable = errors.New("database unavailable")
)

// Server is a machine that certificates are installed on.
type Server struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Address   string    `json:"address"`
	CreatedAt time.Time `json:"created_at"`
}

// Certificate is one certificate on one server. Status is not stored: see StatusAt.
type Certificate struct {
	ID        int64      `json:"id"`
	ServerID  int64      `json:"server_id"`
	Domain    string     `json:"domain"`
	Issuer    string     `json:"issuer"`
	NotBefore time.Time  `json:"not_before"`
	NotAfter  time.Time  `json:"not_after"`
	Status    Status     `json:"status"`
	RenewedAt *time.Time `json:"renewed_at"`
	CreatedAt time.Time  `json:"created_at"`
}

// Status says where a certificate is in its life.
type Status string

// The four statuses, in the order of a certificate's life.
const (
	Pending  Status = "pending"
	Valid    Status = "valid"
	Expiring Status = "expiring"
	Expired  Status = "expired"
)

// ExpiringWithin is how long before its end a certificate counts as expiring.
const ExpiringWithin = 30 * 24 * time.Hour

// RenewalPeriod is the life that a renewal gives when the caller names no dates.
const RenewalPeriod = 90 * 24 * time.Hour

// StatusAt derives the status from the clock. Both ends belong to the certificate's life (RFC 5280, 4.1.2.5).
func (c Certificate) StatusAt(now time.Time) Status {
	switch {
	case now.After(c.NotAfter):
		return Expired
	case now.Before(c.NotBefore):
		return Pending
	case c.NotAfter.Sub(now) <= ExpiringWithin:
		return Expiring
	default:
		return Valid
	}
}

// ServerFilter narrows a list of servers; zero values do not narrow.
type ServerFilter struct {
	NamePrefix string
	After      int64 // cursor: ids greater than this
	Limit      int
}

// CertificateFilter narrows a list of certificates; zero values do not narrow.
type CertificateFilter struct {
	ServerID      int64
	DomainPrefix  string
	Status        Status
	Now           time.Time // the moment that Status refers to
	ExpiresBefore time.Time
	After         int64 // cursor: ids greater than this
	Limit         int
}

// Role says what a key may do. Each role contains the ones below it.
type Role string

// The roles in ascending order.
const (
	Reader   Role = "reader"
	Operator Role = "operator"
	Admin    Role = "admin"
)

func (r Role) rank() int {
	switch r {
	case Reader:
		return 1
	case Operator:
		return 2
	case Admin:
		return 3
	}
	return 0
}

// Known reports whether r is one of the three roles.
func (r Role) Known() bool { return r.rank() > 0 }

// Includes reports whether a holder of r may do what needs the given role. An unknown role includes nothing.
func (r Role) Includes(needed Role) bool { return needed.Known() && r.rank() >= needed.rank() }

// APIKey is a key as stored: its hash, never the key.
type APIKey struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Role      Role       `json:"role"`
	Hash      [32]byte   `json:"-"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

// UsableAt reports whether the key is neither revoked nor expired.
func (k APIKey) UsableAt(now time.Time) bool {
	return k.RevokedAt == nil && (k.ExpiresAt == nil || now.Before(*k.ExpiresAt))
}
