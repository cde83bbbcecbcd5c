// Package store keeps servers, certificates and keys in MySQL or MariaDB. Every statement is one client span.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"certkeeper/internal/keeper"
)

// RequiredGeneration is the schema_generation this code needs (see migrations/). A newer schema is fine: it only expands.
const RequiredGeneration = 5

// Store speaks to the database through two pools: one for requests, and one connection of its own for readiness, so that a
// busy service is not mistaken for one that has lost its database.
type Store struct {
	db     *sql.DB
	ready  *sql.DB
	tracer trace.Tracer
}

// Open prepares the pools without connecting: the service starts before its database and says so in /readyz.
// dsn is in go-sql-driver form; time handling, character set and time-outs are ours whatever it says.
func Open(dsn string, maxOpen int, tracer trace.Tracer) (*Store, error) {
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("CERTKEEPER_DSN is not of the form user:password@tcp(host:port)/database")
	}
	if c.DBName == "" {
		return nil, fmt.Errorf("CERTKEEPER_DSN names no database; it ends in /database")
	}
	c.ParseTime, c.Loc, c.InterpolateParams = true, time.UTC, true
	if c.Timeout == 0 {
		c.Timeout = 2 * time.Second
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = 10 * time.Second
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = 10 * time.Second
	}
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	c.Params["time_zone"] = "'+00:00'"
	c.Logger = &mysql.NopLogger{} // errors are returned and logged with their trace id; the driver's own lines have neither
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("CERTKEEPER_DSN: %w", err)
	}
	db, ready := sql.OpenDB(connector), sql.OpenDB(connector)
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxOpen)
	db.SetConnMaxIdleTime(2 * time.Minute)
	db.SetConnMaxLifetime(10 * time.Minute)
	ready.SetMaxOpenConns(1)
	ready.SetConnMaxLifetime(time.Minute)
	return &Store{db: db, ready: ready, tracer: tracer}, nil
}

// Pool is the requests' pool, for its statistics.
func (s *Store) Pool() *sql.DB { return s.db }

// Close closes both pools.
func (s *Store) Close() error { return errors.Join(s.ready.Close(), s.db.Close()) }

// Generation reads the schema's generation over the readiness connection. sql.ErrNoRows or MySQL error 1146 mean that the
// migrations have not been applied.
func (s *Store) Generation(ctx context.Context) (int, error) {
	var generation int
	err := s.ready.QueryRowContext(ctx, "SELECT generation FROM schema_generation WHERE id = 1").Scan(&generation)
	return generation, err
}

// SchemaMissing reports whether err means that the database answers but has no schema.
func SchemaMissing(err error) bool {
	var refused *mysql.MySQLError
	return errors.Is(err, sql.ErrNoRows) || (errors.As(err, &refused) && refused.Number == 1146)
}

// Totals counts servers and certificates for the gauges.
func (s *Store) Totals(ctx context.Context) (servers, certificates int64, err error) {
	const query = "SELECT (SELECT COUNT(*) FROM servers), (SELECT COUNT(*) FROM certificates)"
	err = s.db.QueryRowContext(ctx, query).Scan(&servers, &certificates)
	return servers, certificates, err
}

// querier is what *sql.DB and *sql.Tx have in common.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}

// exec runs one statement in a span of its own.
func (s *Store) exec(ctx context.Context, on querier, name, query string, args ...any) (sql.Result, error) {
	ctx, span := s.span(ctx, name, query)
	defer span.End()
	result, err := on.ExecContext(ctx, query, args...)
	return result, finish(span, err)
}

// query runs one statement and hands each row to scan; the span covers reading the rows.
func (s *Store) query(ctx context.Context, on querier, name, query string, args []any, scan func(*sql.Rows) error) error {
	ctx, span := s.span(ctx, name, query)
	defer span.End()
	rows, err := on.QueryContext(ctx, query, args...)
	if err != nil {
		return finish(span, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return finish(span, err)
		}
	}
	return finish(span, rows.Err())
}

// span starts a client span. The statement's text has placeholders only, so no values leave the process in it.
func (s *Store) span(ctx context.Context, name, query string) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("db.system.name", "mysql"),
		attribute.String("db.query.text", query),
	))
}

// finish marks the span and turns driver errors into the keeper's.
func finish(span trace.Span, err error) error {
	if err == nil {
		return nil
	}
	translated := translate(err)
	if !errors.Is(translated, keeper.ErrDuplicate) && !errors.Is(translated, keeper.ErrNoServer) {
		span.SetStatus(codes.Error, err.Error())
	}
	return translated
}

func translate(err error) error {
	var refused *mysql.MySQLError
	if errors.As(err, &refused) {
		switch refused.Number {
		case 1062:
			return keeper.ErrDuplicate
		case 1452:
			return keeper.ErrNoServer
		case 1040, 1053, 1203, 1205, 1213, 1290, 1836: // too many connections, shutting down, lock waits, read-only
		default:
			return fmt.Errorf("statement refused: %w", err) // ours to mend, not the database's: 500, not 503
		}
	}
	return fmt.Errorf("%w: %w", keeper.ErrUnavailable, err)
}
