// Package config turns the environment into a validated Config. Nothing else in the service reads the environment, except
// the OpenTelemetry exporter, which follows its own standard OTEL_* variables.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Config is everything that can be set from outside. The zero value is not usable; call Load.
type Config struct {
	Listen          string        // host:port; port 0 lets the system choose
	DSN             string        // go-sql-driver form; empty means API-only mode
	DBMaxOpen       int           // open connections per process
	ReadyTimeout    time.Duration // how long /readyz waits for the database
	RedisAddr       string        // host:port; empty means no cache
	RedisPassword   string        //
	CacheTTL        time.Duration // before jitter
	CacheNegTTL     time.Duration // for "there is no such row"
	BootstrapKey    string        // an admin key that exists while the variable is set
	DrainDelay      time.Duration // from "not ready" to "no new connections"
	ShutdownTimeout time.Duration // for requests in flight after that
	LogLevel        slog.Level    //
	LogLevelFile    string        // read again on SIGHUP; empty if the level came from the variable
	SlowRequest     time.Duration // requests at least this slow are logged at info
	TelemetryRate   float64       // posts per second
	TraceFile       string        // spans as JSON lines, for tests
	TraceRatio      float64       // share of traces kept when the caller did not decide
	OTLPEndpoint    string        // only whether it is set matters here
	Faults          map[string]string
}

// Setting documents one variable for --help and for the refusal of unknown ones.
type Setting struct {
	Name string
	File bool // also readable through NAME_FILE
	Help string
	set  func(*Config, string) error
}

// Settings lists every variable of this build except the fault settings.
func Settings() []Setting {
	return []Setting{
		{"CERTKEEPER_LISTEN", false, "host:port to listen on (default 127.0.0.1:8080; port 0: any free one)", setListen},
		{"CERTKEEPER_DSN", true, "user:password@tcp(host:port)/database; without it only endpoints that need no database work", text(func(c *Config) *string { return &c.DSN })},
		{"CERTKEEPER_DB_MAX_OPEN", false, "database connections per process, 1 to 1000 (default 20)", integer(1, 1000, func(c *Config) *int { return &c.DBMaxOpen })},
		{"CERTKEEPER_READY_TIMEOUT", false, "how long /readyz waits for the database (default 500ms)", duration(time.Millisecond, 10*time.Second, func(c *Config) *time.Duration { return &c.ReadyTimeout })},
		{"CERTKEEPER_REDIS_ADDR", false, "host:port of an optional Redis cache", setRedisAddr},
		{"CERTKEEPER_REDIS_PASSWORD", true, "its password", text(func(c *Config) *string { return &c.RedisPassword })},
		{"CERTKEEPER_CACHE_TTL", false, "life of a cached row, before a jitter of ±15 % (default 60s)", duration(time.Second, 24*time.Hour, func(c *Config) *time.Duration { return &c.CacheTTL })},
		{"CERTKEEPER_CACHE_NEGATIVE_TTL", false, "life of a cached \"not found\" (default 10s)", duration(time.Second, time.Hour, func(c *Config) *time.Duration { return &c.CacheNegTTL })},
		{"CERTKEEPER_BOOTSTRAP_KEY", true, "an admin API key of at least 24 characters, valid while it is set", setBootstrapKey},
		{"CERTKEEPER_DRAIN_DELAY", false, "from SIGTERM (readyz fails) to closing the listener (default 2s)", duration(0, 5*time.Minute, func(c *Config) *time.Duration { return &c.DrainDelay })},
		{"CERTKEEPER_SHUTDOWN_TIMEOUT", false, "how long requests in flight may then take (default 15s)", duration(time.Millisecond, 10*time.Minute, func(c *Config) *time.Duration { return &c.ShutdownTimeout })},
		{"CERTKEEPER_LOG_LEVEL", true, "debug, info, warn or error (default info); the file is read again on SIGHUP", setLogLevel},
		{"CERTKEEPER_SLOW_REQUEST", false, "requests at least this slow are logged (default 500ms)", duration(time.Millisecond, time.Hour, func(c *Config) *time.Duration { return &c.SlowRequest })},
		{"CERTKEEPER_TELEMETRY_RATE", false, "telemetry posts per second before 429 (default 50)", number(0.1, 100000, func(c *Config) *float64 { return &c.TelemetryRate })},
		{"CERTKEEPER_TRACE_FILE", false, "append spans to this file as JSON lines", text(func(c *Config) *string { return &c.TraceFile })},
		{"CERTKEEPER_TRACE_RATIO", false, "share of traces kept, 0 to 1, when the caller did not decide (default 1)", number(0, 1, func(c *Config) *float64 { return &c.TraceRatio })},
	}
}

func defaults() Config {
	return Config{
		Listen: "127.0.0.1:8080", DBMaxOpen: 20, ReadyTimeout: 500 * time.Millisecond,
		CacheTTL: time.Minute, CacheNegTTL: 10 * time.Second,
		DrainDelay: 2 * time.Second, ShutdownTimeout: 15 * time.Second,
		LogLevel: slog.LevelInfo, SlowRequest: 500 * time.Millisecond,
		TelemetryRate: 50, TraceRatio: 1, Faults: map[string]string{},
	}
}

// Load reads environ ("NAME=value" as os.Environ gives it). faultNames are the additional variables of a fault build; their
// values are handed on unread. All mistakes are reported together, one per line, each saying how to mend it.
func Load(environ []string, faultNames []string) (Config, error) {
	c := defaults()
	vars := make(map[string]string, len(environ))
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			vars[name] = value
		}
	}
	c.OTLPEndpoint = vars["OTEL_EXPORTER_OTLP_ENDPOINT"]
	known, problems := map[string]bool{}, []string{}
	for _, s := range Settings() {
		known[s.Name] = true
		value, given := vars[s.Name]
		if s.File {
			known[s.Name+"_FILE"] = true
			if path, ok := vars[s.Name+"_FILE"]; ok {
				if given {
					problems = append(problems, fmt.Sprintf("%s and %s_FILE are both set; keep one of them", s.Name, s.Name))
					continue
				}
				content, err := readSecret(path)
				if err != nil {
					problems = append(problems, fmt.Sprintf("%s_FILE: %v", s.Name, err))
					continue
				}
				value, given = content, true
				if s.Name == "CERTKEEPER_LOG_LEVEL" {
					c.LogLevelFile = path
				}
			}
		}
		if !given {
			continue
		}
		if err := s.set(&c, value); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", s.Name, err))
		}
	}
	for _, name := range faultNames {
		known[name] = true
		if value, ok := vars[name]; ok {
			c.Faults[name] = value
		}
	}
	problems = append(problems, unknown(vars, known)...)
	if len(problems) > 0 {
		sort.Strings(problems)
		return Config{}, fmt.Errorf("configuration is not usable:\n  %s", strings.Join(problems, "\n  "))
	}
	return c, nil
}

// ParseLevel reads a log level by name.
func ParseLevel(value string) (slog.Level, error) {
	switch value {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, fmt.Errorf("%q is not a log level; use debug, info, warn or error", value)
}

// readSecret reads at most 64 KiB and drops the line ending that editors leave behind.
func readSecret(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%w; give the path of a readable file", err)
	}
	if len(content) > 64<<10 {
		return "", fmt.Errorf("%s is larger than 64 KiB; it does not look like a single value", path)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}

func setListen(c *Config, value string) error {
	if err := checkHostPort(value, true); err != nil {
		return err
	}
	c.Listen = value
	return nil
}

func setRedisAddr(c *Config, value string) error {
	if err := checkHostPort(value, false); err != nil {
		return err
	}
	c.RedisAddr = value
	return nil
}

func checkHostPort(value string, zeroAllowed bool) error {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return fmt.Errorf("%q is not host:port, for example 127.0.0.1:8080", value)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 0 || n > 65535 || (n == 0 && !zeroAllowed) {
		return fmt.Errorf("port %q is not a number from 1 to 65535", port)
	}
	return nil
}

func setBootstrapKey(c *Config, value string) error {
	if len(value) < 24 || len(value) > 256 || strings.ContainsAny(value, " \t\r\n") {
		return fmt.Errorf("a key needs 24 to 256 characters without spaces; make one with: head -c 32 /dev/urandom | base64")
	}
	c.BootstrapKey = value
	return nil
}

func setLogLevel(c *Config, value string) error {
	level, err := ParseLevel(value)
	c.LogLevel = level
	return err
}

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if value == "" {
			return fmt.Errorf("is set but empty; give a value or unset it")
		}
		*field(c) = value
		return nil
	}
}

func integer(low, high int, field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < low || n > high {
			return fmt.Errorf("%q is not a whole number from %d to %d", value, low, high)
		}
		*field(c) = n
		return nil
	}
}

func number(low, high float64, field func(*Config) *float64) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || !(n >= low && n <= high) {
			return fmt.Errorf("%q is not a number from %g to %g", value, low, high)
		}
		*field(c) = n
		return nil
	}
}

func duration(low, high time.Duration, field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < low || d > high {
			return fmt.Errorf("%q is not a duration from %s to %s, for example 1500ms or 2s", value, low, high)
		}
		*field(c) = d
		return nil
	}
}
