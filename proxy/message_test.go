package proxy

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// message is one message as it was on the wire.
type message struct {
	start  string
	fields []string // lines of the head, as they were
	body   string   // with its framing
}

func (w *wire) readHead() message {
	w.t.Helper()
	lines := strings.Split(strings.TrimSuffix(w.head(), "\n"), "\n")
	return message{start: lines[0], fields: lines[1:]}
}

func (m message) field(name string) (value string, ok bool) {
	for _, f := range m.fields {
		if n, v, _ := strings.Cut(f, ":"); strings.EqualFold(n, name) {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}

// readBody reads what follows the head m: of a response to request, or of a request if that is "".
func (w *wire) readBody(m message, request string) string {
	w.t.Helper()
	if strings.HasPrefix(request, "HEAD") || strings.Contains(m.start, " 204 ") || strings.Contains(m.start, " 304 ") {
		return ""
	}
	if _, ok := m.field("Transfer-Encoding"); ok {
		var body strings.Builder
		for last := false; ; {
			line, err := w.r.ReadString('\n')
			if err != nil {
				w.t.Fatalf("chunks: %v after %q", err, body.String())
			}
			body.WriteString(line)
			if size, err := strconv.ParseInt(strings.TrimSpace(strings.SplitN(line, ";", 2)[0]), 16, 64); err == nil && !last {
				last = size == 0
			}
			if last && line == "\r\n" {
				return body.String()
			}
		}
	}
	if length, ok := m.field("Content-Length"); ok {
		n, _ := strconv.Atoi(length)
		body := make([]byte, n)
		if _, err := io.ReadFull(w.r, body); err != nil {
			w.t.Fatalf("body: %v", err)
		}
		return string(body)
	}
	if request == "" {
		return ""
	}
	body, _ := w.rest()
	return body
}

// differences names what differs between what was seen direct and by the recorder.
func differences(side string, direct, recorded []message) (diffs []string) {
	add := func(format string, args ...any) { diffs = append(diffs, side+" "+fmt.Sprintf(format, args...)) }
	if len(direct) != len(recorded) {
		add("%d messages for %d", len(recorded), len(direct))
		return diffs
	}
	for i, want := range direct {
		got := recorded[i]
		if want.start != got.start {
			add("%q becomes %q", want.start, got.start)
		}
		if want.body != got.body {
			add("body %q becomes %q", want.body, got.body)
		}
		gone, come := multiset(want.fields), multiset(got.fields)
		for f, n := range gone {
			m := min(n, come[f])
			gone[f] -= m
			come[f] -= m
		}
		var lost, added []string
		for _, f := range slices.Sorted(maps.Keys(gone)) {
			if gone[f] > 0 {
				lost = append(lost, f)
			}
		}
		for _, f := range slices.Sorted(maps.Keys(come)) {
			if come[f] > 0 {
				added = append(added, f)
			}
		}
		for _, f := range lost {
			if j := slices.IndexFunc(added, func(a string) bool { return respelled(a, f) }); j >= 0 {
				add("field %q is spelled %q", f, added[j])
				added = slices.Delete(added, j, j+1)
				continue
			}
			add("loses %q", f)
		}
		for _, f := range added {
			add("gains %q", f)
		}
		if len(lost)+len(added) == 0 && !slices.Equal(want.fields, got.fields) {
			add(inAnotherOrder)
		}
	}
	return diffs
}

// respelled tells whether two lines are the same field but for case and blanks.
func respelled(a, b string) bool {
	an, av, _ := strings.Cut(a, ":")
	bn, bv, _ := strings.Cut(b, ":")
	return strings.EqualFold(an, bn) && strings.TrimSpace(av) == strings.TrimSpace(bv)
}

func multiset(fields []string) map[string]int {
	m := map[string]int{}
	for _, f := range fields {
		m[f]++
	}
	return m
}
