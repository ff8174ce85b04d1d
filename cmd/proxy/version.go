package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"runnertape/fixtures"
	"runnertape/store"
)

// release is what a release was built of, "VERSION COMMIT DATE" and perhaps " modified", set by -ldflags -X. Any
// other build knows of itself what the go command noted.
var release string

// build is what a build knows of itself.
type build struct {
	version  string // a tag, a version of the module, or (devel)
	commit   string // its first digits; empty if not known
	date     string // of the commit, as RFC 3339; empty if not known
	modified bool   // something was changed after the commit
}

// commitDigits is how much of a commit is shown.
const commitDigits = 12

func buildOf() build {
	info, _ := debug.ReadBuildInfo() // nil if there is none
	return buildFrom(release, info)
}

func buildFrom(release string, info *debug.BuildInfo) build {
	var b build
	if words := strings.Fields(release); len(words) >= 3 {
		b = build{version: words[0], commit: words[1], date: words[2], modified: len(words) > 3}
	} else if info != nil {
		b.version = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.commit = s.Value
			case "vcs.time":
				b.date = s.Value
			case "vcs.modified":
				b.modified = s.Value == "true"
			}
		}
	}
	b.version = cmp.Or(b.version, "unknown")
	b.commit = b.commit[:min(commitDigits, len(b.commit))]
	return b
}

// line is version and commit, if the one does not say the other.
func (b build) line() string {
	if strings.Contains(b.version, b.commit) {
		return b.version
	}
	return b.version + " " + b.commit
}

// version is what the build is, on one line.
func version() string { return fmt.Sprintf("%s (%s)", buildOf().line(), runtime.Version()) }

// printVersion writes a line for scripts, and what else there is to know.
func printVersion(w io.Writer, name string) error {
	b := buildOf()
	commit := cmp.Or(b.commit, "not known to this build")
	if b.modified {
		commit += ", modified"
	}
	if b.date != "" {
		commit += ", of " + b.date
	}
	_, err := fmt.Fprintf(w, "%s version %s\ncommit    %s\nplatform  %s/%s\ndatabase  reads %s, writes %d\ntext      reads %s, writes %d\n",
		name, version(), commit, runtime.GOOS, runtime.GOARCH, upTo(store.Format), store.Format, upTo(fixtures.Format), fixtures.Format)
	return err
}

// upTo says which formats are read where n is the newest.
func upTo(n int) string {
	if n == 1 {
		return "format 1"
	}
	return fmt.Sprintf("formats 1 to %d", n)
}
