// Command certkeeper-migrate applies the expand migrations of a directory: what a Job before a sync of Argo CD runs, where migrations are not applied by
// the pipeline. It keeps the pipeline's own table, so that each sees what the other did.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"syscall"

	"github.com/go-sql-driver/mysql"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // arguments or configuration
)

var (
	fileName = regexp.MustCompile(`^\d{4}_[a-z0-9_]+\.sql$`)
	header   = regexp.MustCompile(`(?m)^-- shiplock:.*\bphase=(\w+)`)
)

type migration struct {
	id, sha256, phase string
	statements        []statement
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
	// A Job that is ended finishes the statement that it is at.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := apply(ctx, config, files, author(env("HOSTNAME")), stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	return exitOK
}

// author names this try in the tables: in a Job the host is the pod.
func author(host string) string {
	if host == "" {
		return "certkeeper-migrate"
	}
	return "certkeeper-migrate " + host
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
		statements, err := split(string(content))
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		case len(statements) == 0:
			return nil, fmt.Errorf("%s holds no statement", entry.Name())
		}
		found = append(found, migration{strings.TrimSuffix(entry.Name(), ".sql"), hex.EncodeToString(sum[:]), phase, statements})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].id < found[j].id })
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no migration (0001_name.sql)", directory)
	}
	return found, nil
}
