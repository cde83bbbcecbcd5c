// Command certkeeper-migrate applies the expand migrations of a directory: what a Job before a sync of Argo CD runs, where migrations are not applied by
// the pipeline. It keeps the pipeline's own table, so that each sees what the other did.
package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // arguments or configuration
)

const createTable = `CREATE TABLE IF NOT EXISTS shiplock_migrations (
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

var (
	fileName = regexp.MustCompile(`^\d{4}_[a-z0-9_]+\.sql$`)
	header   = regexp.MustCompile(`(?m)^-- shiplock:.*\bphase=(\w+)`)
)

type migration struct {
	id, sha256, phase, sql string
}

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

func run(args []string, env func(string) string, stdout, stderr io.Writer) int {
	directory := "/migrations"
	switch {
	case len(args) == 1 && !strings.HasPrefix(args[0], "-"):
		directory = args[0]
	case len(args) > 0:
		fmt.Fprintln(stderr, "certkeeper-migrate [DIRECTORY]: CERTKEEPER_MIGRATIONS_DSN is user:password@tcp(host:port)/database")
		return exitUsage
	}
	config, err := mysql.ParseDSN(env("CERTKEEPER_MIGRATIONS_DSN"))
	if err != nil || config.DBName == "" {
		fmt.Fprintln(stderr, "CERTKEEPER_MIGRATIONS_DSN: give user:password@tcp(host:port)/database")
		return exitUsage
	}
	files, err := read(directory)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	if err := apply(context.Background(), config, files, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	return exitOK
}

// read gives the migrations of a directory in order, without the files that undo one.
func read(directory string) ([]migration, error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	var found []migration
	for _, entry := range entries {
		if !fileName.MatchString(entry.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(directory, entry.Name()))
		if err != nil {
			return nil, err
		}
		phase := "expand"
		if match := header.FindSubmatch(content); match != nil {
			phase = string(match[1])
		}
		sum := sha256.Sum256(content)
		found = append(found, migration{strings.TrimSuffix(entry.Name(), ".sql"), hex.EncodeToString(sum[:]), phase, string(content)})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].id < found[j].id })
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no migration (0001_name.sql)", directory)
	}
	return found, nil
}

func apply(ctx context.Context, config *mysql.Config, files []migration, stdout io.Writer) error {
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
	// One connection: the lock belongs to it, and is gone when this process is.
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	defer conn.Close()
	var locked sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK('shiplock_migrations', 60)").Scan(&locked); err != nil {
		return err
	}
	if locked.Int64 != 1 {
		return errors.New("somebody else is applying migrations: no lock within 60 s")
	}
	if _, err := conn.ExecContext(ctx, createTable); err != nil {
		return err
	}
	for _, file := range files {
		done, err := state(ctx, conn, file)
		switch {
		case err != nil:
			return err
		case done:
		case file.phase != "expand":
			fmt.Fprintf(stdout, "%s is left: phase %s has a run of its own\n", file.id, file.phase)
		default:
			if err := applyOne(ctx, conn, file); err != nil {
				return fmt.Errorf("%s: %w", file.id, err)
			}
			fmt.Fprintf(stdout, "%s applied\n", file.id)
		}
	}
	return nil
}

// state tells whether a migration is applied, and refuses what only a person can judge.
func state(ctx context.Context, conn *sql.Conn, file migration) (bool, error) {
	var sum, state string
	err := conn.QueryRowContext(ctx, "SELECT sha256, state FROM shiplock_migrations WHERE id = ?", file.id).Scan(&sum, &state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case state != "applied":
		return false, fmt.Errorf("%s was begun and not finished; look at what is there, then remove its row from shiplock_migrations or set it to applied", file.id)
	case sum != file.sha256:
		return false, fmt.Errorf("%s was edited after it was applied; put its old content back and add a new migration", file.id)
	}
	return true, nil
}

func applyOne(ctx context.Context, conn *sql.Conn, file migration) error {
	const begin = `INSERT INTO shiplock_migrations SET id = ?, sha256 = ?, phase = ?, statements = 0, state = 'running', applied_by = 'certkeeper-migrate', fence = 0`
	if _, err := conn.ExecContext(ctx, begin, file.id, file.sha256, file.phase); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, file.sql); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "UPDATE shiplock_migrations SET state = 'applied', applied_at = UTC_TIMESTAMP(3) WHERE id = ?", file.id)
	return err
}
