package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"certkeeper/internal/keeper"
)

const certificateColumns = "SELECT id, server_id, domain, issuer, not_before, not_after, renewed_at, created_at FROM certificates"

func scanCertificate(rows *sql.Rows) (keeper.Certificate, error) {
	var v keeper.Certificate
	err := rows.Scan(&v.ID, &v.ServerID, &v.Domain, &v.Issuer, &v.NotBefore, &v.NotAfter, &v.RenewedAt, &v.CreatedAt)
	return v, err
}

// CreateCertificate stores a certificate and returns it with its id. keeper.ErrDuplicate if the server has that domain
// already, keeper.ErrNoServer if there is no such server.
func (s *Store) CreateCertificate(ctx context.Context, v keeper.Certificate, now time.Time) (keeper.Certificate, error) {
	v.CreatedAt = now.UTC().Truncate(time.Millisecond)
	result, err := s.exec(ctx, s.db, "INSERT certificates",
		"INSERT INTO certificates (server_id, domain, issuer, not_before, not_after, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		v.ServerID, v.Domain, v.Issuer, v.NotBefore, v.NotAfter, v.CreatedAt)
	if err != nil {
		return keeper.Certificate{}, err
	}
	v.ID, err = result.LastInsertId()
	return v, err
}

// Certificate reads one; keeper.ErrNotFound if there is none.
func (s *Store) Certificate(ctx context.Context, id int64) (keeper.Certificate, error) {
	return s.certificate(ctx, s.db, certificateColumns+" WHERE id = ?", id)
}

func (s *Store) certificate(ctx context.Context, on querier, query string, id int64) (keeper.Certificate, error) {
	found := keeper.Certificate{}
	err := s.query(ctx, on, "SELECT certificates", query, []any{id}, func(rows *sql.Rows) (err error) {
		found, err = scanCertificate(rows)
		return err
	})
	if err == nil && found.ID == 0 {
		err = keeper.ErrNotFound
	}
	return found, err
}

// Certificates lists by ascending id.
func (s *Store) Certificates(ctx context.Context, f keeper.CertificateFilter) ([]keeper.Certificate, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if f.ServerID != 0 {
		and("server_id = ?", f.ServerID)
	}
	if f.DomainPrefix != "" {
		and("domain LIKE ?", prefixPattern(f.DomainPrefix))
	}
	if !f.ExpiresBefore.IsZero() {
		and("not_after < ?", f.ExpiresBefore)
	}
	soon := f.Now.Add(keeper.ExpiringWithin)
	switch f.Status { // the same boundaries as keeper.Certificate.StatusAt
	case keeper.Expired:
		and("not_after < ?", f.Now)
	case keeper.Pending:
		and("not_after >= ? AND not_before > ?", f.Now, f.Now)
	case keeper.Expiring:
		and("not_after >= ? AND not_before <= ? AND not_after <= ?", f.Now, f.Now, soon)
	case keeper.Valid:
		and("not_before <= ? AND not_after > ?", f.Now, soon)
	}
	list := []keeper.Certificate{}
	query := certificateColumns + " WHERE " + strings.Join(where, " AND ") + " ORDER BY id LIMIT ?"
	err := s.query(ctx, s.db, "SELECT certificates", query, append(args, f.Limit), func(rows *sql.Rows) error {
		v, err := scanCertificate(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

// Renewal is a request to give a certificate a new period of validity.
type Renewal struct {
	ID                  int64
	NotBefore, NotAfter time.Time
	Actor               string // name of the key, for the history
	Now                 time.Time
}

// Renew changes the period and writes the history in one transaction. keeper.ErrNotLater if the new end is not later than
// the present one: so a repeated request changes nothing twice.
func (s *Store) Renew(ctx context.Context, r Renewal) (keeper.Certificate, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return keeper.Certificate{}, translate(err)
	}
	defer tx.Rollback() // without effect after Commit
	v, err := s.certificate(ctx, tx, certificateColumns+" WHERE id = ? FOR UPDATE", r.ID)
	if err != nil {
		return keeper.Certificate{}, err
	}
	if !r.NotAfter.After(v.NotAfter) {
		return keeper.Certificate{}, fmt.Errorf("%w (%s)", keeper.ErrNotLater, v.NotAfter.Format(time.RFC3339))
	}
	renewed := r.Now.UTC().Truncate(time.Millisecond)
	if _, err := s.exec(ctx, tx, "UPDATE certificates",
		"UPDATE certificates SET not_before = ?, not_after = ?, renewed_at = ? WHERE id = ?",
		r.NotBefore, r.NotAfter, renewed, r.ID); err != nil {
		return keeper.Certificate{}, err
	}
	if _, err := s.exec(ctx, tx, "INSERT renewals",
		"INSERT INTO renewals (certificate_id, actor, old_not_after, new_not_after, renewed_at) VALUES (?, ?, ?, ?, ?)",
		r.ID, r.Actor, v.NotAfter, r.NotAfter, renewed); err != nil {
		return keeper.Certificate{}, err
	}
	if err := tx.Commit(); err != nil {
		return keeper.Certificate{}, translate(err)
	}
	v.NotBefore, v.NotAfter, v.RenewedAt = r.NotBefore, r.NotAfter, &renewed
	return v, nil
}
