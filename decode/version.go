package decode

import (
	"strconv"
	"strings"
)

// never is the `since` of what no runner reads.
const never = "never"

// version is of a runner, without what follows the minor number; zero if not known.
type version struct{ major, minor int }

// parseVersion reads "17.9.0" or "17.9"; "development version" is not known.
func parseVersion(s string) version {
	major, rest, _ := strings.Cut(s, ".")
	minor, _, _ := strings.Cut(rest, ".")
	v := version{}
	var err error
	if v.major, err = strconv.Atoi(major); err != nil || v.major <= 0 {
		return version{}
	}
	if v.minor, err = strconv.Atoi(minor); err != nil || v.minor < 0 {
		return version{}
	}
	return v
}

func (v version) before(w version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

// laterVersion tells whether a is later than b. What is never read is the latest.
func laterVersion(a, b string) bool {
	return a == never || b != never && parseVersion(b).before(parseVersion(a))
}

// reads tells whether a runner of that version has what is there from one version
// to another; surely is whether that is known.
func (v version) reads(since, until string) (reads, surely bool) {
	switch {
	case since == never:
		return false, true
	case v == version{}:
		return true, since == "" && until == ""
	case since != "" && v.before(parseVersion(since)), until != "" && parseVersion(until).before(v):
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
