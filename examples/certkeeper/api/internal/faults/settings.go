//go:build faults

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Enabled tells the builds apart.
const Enabled = true

const help = `Faults (only in this build; they begin CERTKEEPER_FAULT_AFTER after the start, except the crash at start):
  CERTKEEPER_FAULT_ERROR_RATE      share of /api requests answered 500, 0 to 1
  CERTKEEPER_FAULT_LATENCY         time added to /api requests, for example 200ms
  CERTKEEPER_FAULT_LATENCY_RATE    share of /api requests that get it, 0 to 1 (default 1)
  CERTKEEPER_FAULT_NOT_READY       true: /readyz answers 503
  CERTKEEPER_FAULT_LEAK            MiB per minute that are never freed (at most 2 GiB in all)
  CERTKEEPER_FAULT_CRASH_AFTER     seconds until the process dies
  CERTKEEPER_FAULT_CRASH_AT_START  true: the process dies before it listens
  CERTKEEPER_FAULT_AFTER           how long to behave first, for example 30s
  CERTKEEPER_FAULT_FILE            JSON file read every 100 ms: {"error_rate":0.1,"latency":"200ms","latency_rate":1,"not_ready":false};
                                   what it names wins over the variables; no file, no change
`

// Names lists the environment variables of a fault build.
func Names() []string {
	return []string{
		"CERTKEEPER_FAULT_ERROR_RATE", "CERTKEEPER_FAULT_LATENCY", "CERTKEEPER_FAULT_LATENCY_RATE", "CERTKEEPER_FAULT_NOT_READY",
		"CERTKEEPER_FAULT_LEAK", "CERTKEEPER_FAULT_CRASH_AFTER", "CERTKEEPER_FAULT_CRASH_AT_START", "CERTKEEPER_FAULT_AFTER",
		"CERTKEEPER_FAULT_FILE",
	}
}

// Help describes them.
func Help() string { return help }

// live are the faults that can change while the process runs.
type live struct {
	errorRate   float64
	latency     time.Duration
	latencyRate float64
	notReady    bool
}

// fixed are the faults that are decided at the start.
type fixed struct {
	leakPerMinute float64       // MiB
	crashAfter    time.Duration // 0: never
	crashAtStart  bool
	after         time.Duration
	file          string
}

func parse(values map[string]string) (live, fixed, error) {
	l, f := live{latencyRate: 1}, fixed{}
	for name, value := range values {
		var err error
		switch name {
		case "CERTKEEPER_FAULT_ERROR_RATE":
			l.errorRate, err = number(value, 1)
		case "CERTKEEPER_FAULT_LATENCY":
			l.latency, err = duration(value)
		case "CERTKEEPER_FAULT_LATENCY_RATE":
			l.latencyRate, err = number(value, 1)
		case "CERTKEEPER_FAULT_NOT_READY":
			l.notReady, err = boolean(value)
		case "CERTKEEPER_FAULT_LEAK":
			f.leakPerMinute, err = number(value, 1<<20)
		case "CERTKEEPER_FAULT_CRASH_AFTER":
			var seconds float64
			seconds, err = number(value, 1e6)
			f.crashAfter = time.Duration(seconds * float64(time.Second))
		case "CERTKEEPER_FAULT_CRASH_AT_START":
			f.crashAtStart, err = boolean(value)
		case "CERTKEEPER_FAULT_AFTER":
			f.after, err = duration(value)
		case "CERTKEEPER_FAULT_FILE":
			f.file = value
		}
		if err != nil {
			return live{}, fixed{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, f, nil
}

// overlay reads the control file's content over the settings from the environment.
func overlay(base live, content []byte) (live, error) {
	var file struct {
		ErrorRate   *float64 `json:"error_rate"`
		Latency     *string  `json:"latency"`
		LatencyRate *float64 `json:"latency_rate"`
		NotReady    *bool    `json:"not_ready"`
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return base, err
	}
	out := base
	for _, share := range []struct {
		name string
		from *float64
		to   *float64
	}{{"error_rate", file.ErrorRate, &out.errorRate}, {"latency_rate", file.LatencyRate, &out.latencyRate}} {
		if share.from == nil {
			continue
		}
		if !(*share.from >= 0 && *share.from <= 1) {
			return base, fmt.Errorf("%s must be from 0 to 1", share.name)
		}
		*share.to = *share.from
	}
	if file.Latency != nil {
		d, err := duration(*file.Latency)
		if err != nil {
			return base, err
		}
		out.latency = d
	}
	if file.NotReady != nil {
		out.notReady = *file.NotReady
	}
	return out, nil
}

func number(value string, high float64) (float64, error) {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n >= 0 && n <= high) {
		return 0, fmt.Errorf("%q is not a number from 0 to %g", value, high)
	}
	return n, nil
}

func duration(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > time.Hour {
		return 0, fmt.Errorf("%q is not a duration from 0s to 1h, for example 200ms", value)
	}
	return d, nil
}

func boolean(value string) (bool, error) {
	switch value {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", value)
}
