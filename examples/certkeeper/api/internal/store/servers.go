package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"certkeeper/internal/keeper"
)

const serverColumns = "SELECT id, name, address, created_at FROM servers"

func scanServer(rows *sql.Rows) (keeper.Server, error) {
	var v keeper.Server
	err := rows.Scan(&v.ID, &v.Name, &v.Address, &v.CreatedAt)
	return v, err
}

// CreateServer stores a server and returns it with its id. keeper.ErrDuplicate if the name is taken.
func (s *Store) CreateServer(ctx context.Context, v keeper.Server, now time.Time) (keeper.Server, error) {
	v.CreatedAt = now.UTC().Truncate(time.Millisecond)
	result, err := s.exec(ctx, s.db, "INSERT servers",
		"INSERT INTO servers (name, address, created_at) VALUES (?, ?, ?)", v.Name, v.Address, v.CreatedAt)
	if err != nil {
		return keeper.Server{}, err
	}
	v.ID, err = result.LastInsertId()
	return v, err
}

// Server reads one; keeper.ErrNotFound if there is none.
func (s *Store) Server(ctx context.Context, id int64) (keeper.Server, error) {
	found := keeper.Server{}
	err := s.query(ctx, s.db, "SELECT servers", serverColumns+" WHERE id = ?", []any{id}, func(rows *sql.Rows) (err error) {
		found, err = scanServer(rows)
		return err
	})
	if err == nil && found.ID == 0 {
		err = keeper.ErrNotFound
	}
	return found, err
}

// Servers lists by ascending id.
func (s *Store) Servers(ctx context.Context, f keeper.ServerFilter) ([]keeper.Server, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	if f.NamePrefix != "" {
		where, args = append(where, "name LIKE ?"), append(args, prefixPattern(f.NamePrefix))
	}
	list := []keeper.Server{}
	err := s.query(ctx, s.db, "SELECT servers", serverColumns+" WHERE "+strings.Join(where, " AND ")+" ORDER BY id LIMIT ?",
		append(args, f.Limit), func(rows *sql.Rows) error {
			v, err := scanServer(rows)
			list = append(list, v)
			return err
		})
	return list, err
}

// prefixPattern makes a LIKE pattern in which the prefix stands for itself.
func prefixPattern(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(prefix) + "%"
}
