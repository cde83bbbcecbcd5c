package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestReadTakesMigrationsInOrderAndLeavesWhatUndoesThem(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"0002_b.sql":      "-- shiplock: phase=contract breaks=<2\nDROP TABLE a;\n",
		"0001_a.sql":      "CREATE TABLE a (id INT);\n",
		"0001_a.down.sql": "DROP TABLE a;\n",
		"notes.txt":       "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || found[0].id != "0001_a" || found[0].phase != "expand" || found[1].id != "0002_b" || found[1].phase != "contract" {
		t.Fatalf("%+v", found)
	}
}

func TestRunRefusesWhatItCannotUse(t *testing.T) {
	empty := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		dsn  string
	}{
		"two arguments":           {[]string{"a", "b"}, "u:p@tcp(h:1)/d"},
		"an option":               {[]string{"--help"}, "u:p@tcp(h:1)/d"},
		"no address":              {[]string{empty}, ""},
		"no database":             {[]string{empty}, "u:p@tcp(h:1)/"},
		"a directory without any": {[]string{empty}, "u:p@tcp(h:1)/d"},
		"no directory":            {[]string{filepath.Join(empty, "none")}, "u:p@tcp(h:1)/d"},
	} {
		var out, complaint bytes.Buffer
		code := run(c.args, func(string) string { return c.dsn }, &out, &complaint)
		if code != exitUsage || complaint.Len() == 0 {
			t.Errorf("%s: exit %d, %q", name, code, complaint.String())
		}
	}
}
