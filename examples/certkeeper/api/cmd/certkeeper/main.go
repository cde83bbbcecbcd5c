// Command certkeeper keeps SSL certificates: see the README beside the module.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"certkeeper/internal/buildinfo"
	"certkeeper/internal/config"
	"certkeeper/internal/faults"
)

// Stamped by the linker: -ldflags "-X main.version=1.2.3 -X main.commit=…".
var (
	version = "0.0.0-dev"
	commit  = "unknown"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // arguments or configuration
)

func main() {
	build := buildinfo.Info{Version: version, Commit: commit, Faults: faults.Enabled}
	os.Exit(run(os.Args[1:], os.Environ(), build, os.Stdout, os.Stderr))
}

func run(args, environ []string, build buildinfo.Info, stdout, stderr io.Writer) int {
	check := false
	switch {
	case len(args) > 1:
		fmt.Fprintf(stderr, "certkeeper takes one argument at most, not %q; try --help\n", args)
		return exitUsage
	case len(args) == 0:
	case args[0] == "--version":
		fmt.Fprintf(stdout, "certkeeper %s %s%s\n", build.Version, build.Commit, faultMark(build))
		return exitOK
	case args[0] == "--help" || args[0] == "-h":
		fmt.Fprint(stdout, help())
		return exitOK
	case args[0] == "--check":
		check = true
	default:
		fmt.Fprintf(stderr, "certkeeper does not know %q; it takes --check, --version, --help, or nothing to serve\n", args[0])
		return exitUsage
	}
	c, err := config.Load(environ, faults.Names())
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	return serve(c, build, check, stdout, stderr)
}

func faultMark(build buildinfo.Info) string {
	if build.Faults {
		return " faults"
	}
	return ""
}

func help() string {
	var b strings.Builder
	b.WriteString("certkeeper keeps SSL certificates. It is configured by its environment alone:\n\n")
	for _, s := range config.Settings() {
		name := s.Name
		if s.File {
			name += "[_FILE]"
		}
		fmt.Fprintf(&b, "  %-36s %s\n", name, s.Help)
	}
	b.WriteString("\nNAME[_FILE]: the value itself, or NAME_FILE with the path of a file that holds it.\n" +
		"OTEL_EXPORTER_OTLP_ENDPOINT and the other standard OTEL_EXPORTER_OTLP_* variables send traces to a collector.\n" +
		"SIGTERM drains and stops, a second one stops at once; SIGHUP reads the log level's file again.\n\n" +
		"  certkeeper            serve\n  certkeeper --check    check the environment and exit (0 or 2)\n" +
		"  certkeeper --version  print version and commit\n")
	if text := faults.Help(); text != "" {
		b.WriteString("\n" + text)
	}
	return b.String()
}
