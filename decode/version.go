package decode

import (
	"fmt"
	"strconv"
	"strings"
)

// never is the `since` of what no runner reads.
const never = "never"

// Version is the release of a runner, without what follows the minor number; zero
// if it is not known, as of builds of one's own ("development version").
type Version struct{ major, minor int }

// ParseVersion reads "17.9.0", "v17.9" or "18.0~pre".
func ParseVersion(s string) Version {
	major, rest, _ := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	if end := strings.IndexAny(rest, ".~-"); end >= 0 {
		rest = rest[:end]
	}
	v := Version{}
	var err error
	if v.major, err = strconv.Atoi(major); err != nil || v.major <= 0 {
		return Version{}
	}
	if v.minor, err = strconv.Atoi(rest); err != nil || v.minor < 0 {
		return Version{}
	}
	return v
}

// Known tells whether the runner said its release.
func (v Version) Known() bool { return v != Version{} }

// Since tells whether it is that release or a later one, false if it is not known.
func (v Version) Since(major, minor int) bool {
	return v.Known() && !v.before(Version{major, minor})
}

// Before tells whether it is older than that release, false if it is not known.
func (v Version) Before(major, minor int) bool {
	return v.Known() && v.before(Version{major, minor})
}

// String is like "17.9".
func (v Version) String() string {
	if !v.Known() {
		return "of unknown version"
	}
	return fmt.Sprintf("%d.%d", v.major, v.minor)
}

func (v Version) before(w Version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

// laterVersion tells whether a is later than b. What is never read is the latest.
func laterVersion(a, b string) bool {
	return a == never || b != never && ParseVersion(b).before(ParseVersion(a))
}

// reads tells whether a runner of that version has what is there from one version
// to another; surely is whether that is known.
func (v Version) reads(since, until string) (reads, surely bool) {
	switch {
	case since == never:
		return false, true
	case !v.Known():
		return true, since == "" && until == ""
	case since != "" && v.before(ParseVersion(since)), until != "" && ParseVersion(until).before(v):
		return false, true
	}
	return true, true
}

// span is "since 18.7", "up to 18.2", "17.4 to 18.2".
func span(since, until string) string {
	switch {
	case since == "":
		return "up to " + until
	case until == "":
		return "since " + since
	case since == until:
		return since
	}
	return since + " to " + until
}
