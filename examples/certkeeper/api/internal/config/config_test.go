package config

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDefaultsAndValues(t *testing.T) {
	c, err := Load([]string{"PATH=/bin", "CERTKEEPER_DRAIN_DELAY=150ms", "CERTKEEPER_LOG_LEVEL=debug", "CERTKEEPER_LISTEN=[::1]:0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.DrainDelay != 150*time.Millisecond || c.LogLevel != slog.LevelDebug || c.Listen != "[::1]:0" || c.DBMaxOpen != 20 {
		t.Fatalf("got %+v", c)
	}
}

func TestSecretFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(path, []byte("u:p@tcp(h:1)/d\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load([]string{"CERTKEEPER_DSN_FILE=" + path}, nil)
	if err != nil || c.DSN != "u:p@tcp(h:1)/d" {
		t.Fatalf("%q, %v", c.DSN, err)
	}
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct{ env, want string }{
		"typo":          {"CERTKEEPER_LISTN=x:1", "CERTKEEPER_LISTN: unknown variable; did you mean CERTKEEPER_LISTEN?"},
		"fault":         {"CERTKEEPER_FAULT_ERROR_RATE=1", "only in a build with -tags faults"},
		"no port":       {"CERTKEEPER_LISTEN=localhost", "is not host:port"},
		"port":          {"CERTKEEPER_LISTEN=localhost:70000", "not a number from 1 to 65535"},
		"redis port 0":  {"CERTKEEPER_REDIS_ADDR=localhost:0", "not a number from 1 to 65535"},
		"duration":      {"CERTKEEPER_DRAIN_DELAY=2", `"2" is not a duration`},
		"negative":      {"CERTKEEPER_DRAIN_DELAY=-1s", "is not a duration"},
		"not a number":  {"CERTKEEPER_TRACE_RATIO=NaN", "is not a number from 0 to 1"},
		"pool":          {"CERTKEEPER_DB_MAX_OPEN=0", "whole number from 1 to 1000"},
		"level":         {"CERTKEEPER_LOG_LEVEL=loud", "use debug, info, warn or error"},
		"short key":     {"CERTKEEPER_BOOTSTRAP_KEY=short", "24 to 256 characters"},
		"empty":         {"CERTKEEPER_DSN=", "set but empty"},
		"missing file":  {"CERTKEEPER_DSN_FILE=/does/not/exist", "give the path of a readable file"},
		"no file twin":  {"CERTKEEPER_LISTEN_FILE=x", "CERTKEEPER_LISTEN_FILE: unknown variable"},
		"rate too high": {"CERTKEEPER_TELEMETRY_RATE=1e9", "is not a number from 0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load([]string{tc.env}, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("want %q, got %v", tc.want, err)
			}
		})
	}
}

func TestAllMistakesAtOnceAndBothForms(t *testing.T) {
	_, err := Load([]string{"CERTKEEPER_LISTEN=x", "CERTKEEPER_LOG_LEVEL=loud", "CERTKEEPER_DSN=a", "CERTKEEPER_DSN_FILE=b"}, nil)
	for _, want := range []string{"CERTKEEPER_LISTEN:", "CERTKEEPER_LOG_LEVEL:", "CERTKEEPER_DSN and CERTKEEPER_DSN_FILE are both set"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in %v", want, err)
		}
	}
}

func TestFaultNamesAreHandedOn(t *testing.T) {
	names := []string{"CERTKEEPER_FAULT_ERROR_RATE"}
	c, err := Load([]string{"CERTKEEPER_FAULT_ERROR_RATE=0.5"}, names)
	if err != nil || c.Faults["CERTKEEPER_FAULT_ERROR_RATE"] != "0.5" {
		t.Fatalf("%v, %v", c.Faults, err)
	}
	_, err = Load([]string{"CERTKEEPER_FAULT_EROR_RATE=0.5"}, names)
	if err == nil || !strings.Contains(err.Error(), "did you mean CERTKEEPER_FAULT_ERROR_RATE?") {
		t.Fatal(err)
	}
}
