//go:build !faults

// Package faults makes a build misbehave on purpose. This is the twin without faults: it knows no settings and does nothing.
package faults

import (
	"context"
	"log/slog"
	"net/http"
)

// Enabled tells the builds apart.
const Enabled = false

// Names lists the environment variables of a fault build: none here, so all of them are refused.
func Names() []string { return nil }

// Help describes them.
func Help() string { return "" }

// Injector does nothing.
type Injector struct{}

// New takes the settings, of which there can be none.
func New(map[string]string, *slog.Logger) (*Injector, error) { return &Injector{}, nil }

// Start does nothing.
func (*Injector) Start(context.Context) {}

// Wrap returns the handler as it is.
func (*Injector) Wrap(next http.Handler) http.Handler { return next }

// NotReady is never true.
func (*Injector) NotReady() bool { return false }
