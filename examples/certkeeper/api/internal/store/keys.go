package store

import (
	"context"
	"database/sql"
	"time"

	"certkeeper/internal/keeper"
)

const keyColumns = "SELECT id, name, role, key_hash, created_at, expires_at, revoked_at FROM api_keys"

func scanKey(rows *sql.Rows) (keeper.APIKey, error) {
	var v keeper.APIKey
	var hash []byte
	err := rows.Scan(&v.ID, &v.Name, &v.Role, &hash, &v.CreatedAt, &v.ExpiresAt, &v.RevokedAt)
	copy(v.Hash[:], hash)
	return v, err
}

// CreateKey stores a key's hash and returns it with its id.
func (s *Store) CreateKey(ctx context.Context, v keeper.APIKey, now time.Time) (keeper.APIKey, error) {
	v.CreatedAt = now.UTC().Truncate(time.Millisecond)
	result, err := s.exec(ctx, s.db, "INSERT api_keys",
		"INSERT INTO api_keys (name, role, key_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
		v.Name, string(v.Role), v.Hash[:], v.CreatedAt, v.ExpiresAt)
	if err != nil {
		return keeper.APIKey{}, err
	}
	v.ID, err = result.LastInsertId()
	return v, err
}

// KeyByHash reads the key with that hash; keeper.ErrNotFound if there is none.
func (s *Store) KeyByHash(ctx context.Context, hash [32]byte) (keeper.APIKey, error) {
	found := keeper.APIKey{}
	err := s.query(ctx, s.db, "SELECT api_keys", keyColumns+" WHERE key_hash = ?", []any{hash[:]}, func(rows *sql.Rows) (err error) {
		found, err = scanKey(rows)
		return err
	})
	if err == nil && found.ID == 0 {
		err = keeper.ErrNotFound
	}
	return found, err
}

// Keys lists the newest 200, revoked ones too.
func (s *Store) Keys(ctx context.Context) ([]keeper.APIKey, error) {
	list := []keeper.APIKey{}
	err := s.query(ctx, s.db, "SELECT api_keys", keyColumns+" ORDER BY id DESC LIMIT 200", nil, func(rows *sql.Rows) error {
		v, err := scanKey(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

// RevokeKey ends a key's life; keeper.ErrNotFound if there is no such key that still lives.
func (s *Store) RevokeKey(ctx context.Context, id int64, now time.Time) error {
	result, err := s.exec(ctx, s.db, "UPDATE api_keys",
		"UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now.UTC().Truncate(time.Millisecond), id)
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 0 {
		return keeper.ErrNotFound
	}
	return nil
}
