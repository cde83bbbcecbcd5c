package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/go-sql-driver/mysql"
)

// The pipeline's own tables (src/migrate/bookkeeping.ts): each sees what the other did, and goes on where the other stopped.
const (
	createMigrations = `CREATE TABLE IF NOT EXISTS shiplock_migrations (
  id VARCHAR(120) NOT NULL,
  position INT UNSIGNED NOT NULL AUTO_INCREMENT,
  sha256 CHAR(64) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  statements INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  applied_at DATETIME(3) NULL,
  applied_by VARCHAR(191) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shiplock_migrations_position (position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`
	createStatements = `CREATE TABLE IF NOT EXISTS shiplock_migration_statements (
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  sha256 CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  PRIMARY KEY (migration, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`
	markRunning = `INSERT INTO shiplock_migrations SET id = ?, sha256 = ?, phase = ?, statements = ?, state = 'running', applied_by = ?, fence = 0
ON DUPLICATE KEY UPDATE sha256 = ?, statements = ?, applied_by = ?`
	markApplied = `UPDATE shiplock_migrations SET state = 'applied', applied_at = UTC_TIMESTAMP(3) WHERE id = ?`
	markStarted = `INSERT INTO shiplock_migration_statements SET migration = ?, number = ?, sha256 = ?, state = 'started', run = ?, started_at = UTC_TIMESTAMP(3)
ON DUPLICATE KEY UPDATE sha256 = ?, run = ?, started_at = UTC_TIMESTAMP(3)`
	markNone = `DELETE FROM shiplock_migration_statements WHERE migration = ? AND number = ? AND state = 'started'`
	// Names of migrations hold letters, digits and _ only.
	markDone = `UPDATE shiplock_migration_statements SET state = 'done', done_at = UTC_TIMESTAMP(3) WHERE migration = '%s' AND number = %d`
)

// changesRows: such a statement and its mark are one transaction.
var changesRows = regexp.MustCompile(`(?i)^(?:insert|update|delete|replace)\b`)

// lockPatience is shorter than the deadline of the Job, so that it ends with a reason.
const lockPatience = 14 * time.Minute

// A mark says that a statement was begun, and by whom, or that it is done.
type mark struct {
	sha256, state, by, since string
}

// runner applies migrations on one connection, which has the lock.
type runner struct {
	conn   *sql.Conn
	by     string
	stdout io.Writer
}

// apply brings a database to where the files lead. It may be run again at any time: what is done stays done, what another try is still doing is waited for, and a statement that the
// server refused is tried again, so that its reason is said again. It stops between two statements when ctx ends.
func apply(ctx context.Context, config *mysql.Config, files []migration, by string, stdout io.Writer) error {
	config.MultiStatements = true
	// A change that queues would queue the application behind it.
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	config.Params["lock_wait_timeout"], config.Params["innodb_lock_wait_timeout"] = "5", "5"
	config.Timeout = 10 * time.Second
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	// One connection: the lock belongs to it, and is gone when the server has ended it.
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	defer conn.Close()
	if err := lock(ctx, conn, lockName(config.DBName), stdout); err != nil {
		return err
	}
	r := runner{conn, by, stdout}
	if err := r.exec(createMigrations); err != nil {
		return err
	}
	if err := r.exec(createStatements); err != nil {
		return err
	}
	for _, file := range files {
		done, err := r.state(file)
		switch {
		case err != nil:
			return err
		case done:
		case file.phase != "expand":
			fmt.Fprintf(stdout, "%s is left: phase %s has a run of its own\n", file.id, file.phase)
		default:
			if err := r.applyOne(ctx, file); err != nil {
				return fmt.Errorf("%s: %w", file.id, err)
			}
			fmt.Fprintf(stdout, "%s applied\n", file.id)
		}
	}
	return nil
}

// lockName is the one that the pipeline takes: names of locks have at most 64 characters.
func lockName(database string) string {
	if name := "shiplock:" + database; len(name) <= 64 {
		return name
	}
	sum := sha256.Sum256([]byte(database))
	return "shiplock:" + hex.EncodeToString(sum[:])[:32]
}

// lock waits for whoever applies migrations now: an earlier try that goes on, the pipeline, or the server itself, which goes on with a statement whose client is gone.
func lock(ctx context.Context, conn *sql.Conn, name string, stdout io.Writer) error {
	for deadline := time.Now().Add(lockPatience); ; {
		var locked sql.NullInt64
		if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 5)", name).Scan(&locked); err != nil {
			return err
		}
		if locked.Int64 == 1 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("somebody else is applying migrations: no lock within %s", lockPatience)
		}
		fmt.Fprintln(stdout, "waiting: somebody else is applying migrations")
	}
}

// exec is not ended by ctx: a statement that was begun is waited for.
func (r runner) exec(query string, args ...any) error {
	_, err := r.conn.ExecContext(context.Background(), query, args...)
	return err
}

// state tells whether a migration is applied.
func (r runner) state(file migration) (bool, error) {
	var sum, state string
	err := r.conn.QueryRowContext(context.Background(), "SELECT sha256, state FROM shiplock_migrations WHERE id = ?", file.id).Scan(&sum, &state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil || state != "applied":
		return false, err
	case sum != file.sha256:
		return false, fmt.Errorf("%s was edited after it was applied; put its old content back and add a new migration", file.id)
	}
	return true, nil
}

func (r runner) applyOne(ctx context.Context, file migration) error {
	marks, err := r.marks(file.id)
	if err != nil {
		return err
	}
	if err := r.exec(markRunning, file.id, file.sha256, file.phase, len(file.statements), r.by, file.sha256, len(file.statements), r.by); err != nil {
		return err
	}
	for index, one := range file.statements {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped before statement %d; the next try goes on there", index+1)
		}
		if err := r.statement(file.id, index+1, one, marks[index+1]); err != nil {
			return fmt.Errorf("statement %d (line %d): %w", index+1, one.line, err)
		}
	}
	return r.exec(markApplied, file.id)
}

func (r runner) marks(id string) (map[int]mark, error) {
	rows, err := r.conn.QueryContext(context.Background(), "SELECT number, sha256, state, run, CAST(started_at AS CHAR) FROM shiplock_migration_statements WHERE migration = ?", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int]mark{}
	for rows.Next() {
		var number int
		var one mark
		if err := rows.Scan(&number, &one.sha256, &one.state, &one.by, &one.since); err != nil {
			return nil, err
		}
		found[number] = one
	}
	return found, rows.Err()
}

// statement runs one, unless it is done. Its mark is set in the same breath: the server goes on with both when this process is killed.
func (r runner) statement(id string, number int, one statement, before mark) error {
	sum := sha256.Sum256([]byte(one.sql))
	fingerprint := hex.EncodeToString(sum[:])
	rows := changesRows.MatchString(one.sql)
	switch {
	case before.state == "done" && before.sha256 == fingerprint:
		return nil
	case before.state == "done":
		return errors.New("it was edited after it was done; put its old text back and write the change as a new migration")
	case before.state == "started" && !rows:
		return fmt.Errorf("it was begun by %s at %s and nobody heard how it ended; look at what is there, then set state = 'done' in its row of shiplock_migration_statements, or delete that row", before.by, before.since)
	}
	if err := r.exec(markStarted, id, number, fingerprint, r.by, fingerprint, r.by); err != nil {
		return err
	}
	done := fmt.Sprintf(markDone, id, number)
	if rows {
		err := r.exec("START TRANSACTION;\n" + one.sql + ";\n" + done + ";\nCOMMIT")
		if err != nil {
			_ = r.exec("ROLLBACK")
		}
		return err
	}
	err := r.exec("SET @shiplock_done = NULL;\n" + one.sql + ";\nSET @shiplock_done = 1;\n" + done)
	var refused *mysql.MySQLError
	if !errors.As(err, &refused) {
		return err
	}
	var over sql.NullInt64
	if look := r.conn.QueryRowContext(context.Background(), "SELECT @shiplock_done").Scan(&over); look != nil {
		return err
	}
	// Only the mark was refused.
	if over.Int64 == 1 {
		return r.exec(done)
	}
	// The server said no, so nothing of it is there, and it may be tried again.
	if forget := r.exec(markNone, id, number); forget != nil {
		return errors.Join(err, forget)
	}
	return err
}
