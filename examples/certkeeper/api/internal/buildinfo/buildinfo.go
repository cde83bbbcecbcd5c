// Package buildinfo carries what the linker stamped into the binary.
package buildinfo

// Info names one build.
type Info struct {
	Version string // semantic version
	Commit  string // full commit hash, or "unknown"
	Faults  bool   // built with -tags faults
}
