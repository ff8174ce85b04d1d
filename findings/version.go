package findings

import (
	"fmt"
	"strconv"
	"strings"
)

// version is the release of a runner; zero if it does not say, as builds of
// one's own do ("development version").
type version struct{ major, minor int }

func parseVersion(s string) version {
	first, rest, ok := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	second, _, _ := strings.Cut(rest, ".")
	second, _, _ = strings.Cut(second, "~")
	second, _, _ = strings.Cut(second, "-")
	major, err := strconv.Atoi(first)
	minor, err2 := strconv.Atoi(second)
	if !ok || err != nil || err2 != nil {
		return version{}
	}
	return version{major, minor}
}

func (v version) known() bool { return v != version{} }

// since tells whether it is that release or a later one, false if not known.
func (v version) since(major, minor int) bool {
	return v.known() && (v.major > major || v.major == major && v.minor >= minor)
}

// before tells whether it is older than that release, false if not known.
func (v version) before(major, minor int) bool { return v.known() && !v.since(major, minor) }

func (v version) String() string {
	if !v.known() {
		return "of unknown version"
	}
	return fmt.Sprintf("%d.%d", v.major, v.minor)
}
