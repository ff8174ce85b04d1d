package replay

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// near is the recorded exchange that a request comes nearest to.
type near struct {
	exchange uint64
	differs  string // in what, in a few words about the recorded one
}

// maxNear bounds the recorded request lines that a request is compared with: it is done for misses only, but anybody
// can ask for what is not there.
const maxNear = 10_000

// nearest is the recorded request line that differs least from an asked one, without credentials; false if none is
// like it. Both are "METHOD target".
func (l lines) nearest(asked string) (best near, ok bool) {
	least, looked := unlike, 0
	want := parseLine(asked)
	for key, found := range l.anonymous {
		if looked++; looked > maxNear {
			break
		}
		cost, differs := want.from(parseLine(key))
		first := found[0].all.answers[0].id
		if cost < least || cost == least && ok && first < best.exchange {
			least, best, ok = cost, near{first, differs}, true
		}
	}
	return best, ok
}

// requestLine is one, taken apart.
type requestLine struct {
	method   string
	segments []string
	query    url.Values
}

func parseLine(line string) (l requestLine) {
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	l.method, l.segments = method, strings.Split(path, "/")
	l.query, _ = url.ParseQuery(query) // of a wrong one what can be read
	return l
}

// unlike is the cost of lines that have nothing to do with each other.
const unlike = 7

// from is how much another line differs, and the first thing in which it does.
func (l requestLine) from(other requestLine) (cost int, differs string) {
	add := func(n int, format string, args ...any) {
		if cost += n; differs == "" {
			differs = fmt.Sprintf(format, args...)
		}
	}
	if len(l.segments) != len(other.segments) {
		return unlike, ""
	}
	if l.method != other.method {
		add(2, "its method is %s", other.method)
	}
	for i, s := range l.segments {
		if s != other.segments[i] {
			add(3, "its path has %q where this has %q", other.segments[i], s)
		}
	}
	keys := map[string]bool{}
	for key := range l.query {
		keys[key] = true
	}
	for key := range other.query {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		asked, had := l.query[key], other.query[key]
		switch {
		case slices.Equal(asked, had):
		case asked == nil:
			add(1, "its query has %s=%s", key, strings.Join(had, ","))
		case had == nil:
			add(1, "its query has no %s", key)
		default:
			add(1, "its query has %s=%s, and not %s", key, strings.Join(had, ","), strings.Join(asked, ","))
		}
	}
	return cost, differs
}
