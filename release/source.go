package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// source is what a release is built of.
type source struct {
	version  string
	commit   string
	when     time.Time // of the commit, or SOURCE_DATE_EPOCH; UTC
	modified bool      // something was changed after the commit
}

// versions are names of versions that can be part of a file's name, and of one word of ldflags.
var versions = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._+-]*$`)

// sourceOf asks git, which is right about the folder it is called in.
func sourceOf(ctx context.Context, version string, modified bool) (s source, err error) {
	if s.commit, err = output(ctx, nil, "git", "rev-parse", "HEAD"); err != nil {
		return s, fmt.Errorf("a release is built of a git repository: %w", err)
	}
	changes, err := output(ctx, nil, "git", "status", "--porcelain")
	if err != nil {
		return s, err
	}
	if s.modified = changes != ""; s.modified && !modified {
		return s, fmt.Errorf("what is here is not commit %.12s; commit it, or say -modified:\n%s", s.commit, changes)
	}
	if s.version = version; version == "" {
		if s.version, err = output(ctx, nil, "git", "describe", "--tags", "--always", "--dirty", "--abbrev=12"); err != nil {
			return s, err
		}
	}
	if !versions.MatchString(s.version) {
		return s, fmt.Errorf("%q is no version; one has letters, digits and ._+- only", s.version)
	}
	seconds := os.Getenv("SOURCE_DATE_EPOCH") // reproducible-builds.org/specs/source-date-epoch
	if seconds == "" {
		if seconds, err = output(ctx, nil, "git", "log", "-1", "--format=%ct"); err != nil {
			return s, err
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return s, fmt.Errorf("SOURCE_DATE_EPOCH: %q is no number of seconds", seconds)
	}
	s.when = time.Unix(n, 0).UTC()
	return s, nil
}

// stamp is what cmd/proxy reads as release.
func (s *source) stamp() string {
	stamp := strings.Join([]string{s.version, s.commit, s.when.Format(time.RFC3339)}, " ")
	if s.modified {
		stamp += " modified"
	}
	return stamp
}

// output is what a command prints, without the last newline. Env is added to the environment.
func output(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("%s %s: %s", name, args[0], cmp.Or(strings.TrimSpace(string(exit.Stderr)), exit.String()))
	}
	return strings.TrimSuffix(string(out), "\n"), err
}
