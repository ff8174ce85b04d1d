package redact

import (
	"strings"
	"testing"
	"unsafe"
)

// What is shown of a request is bounded, however long that is, and a secret at the bound is none in halves.
func TestRequestTextIsBounded(t *testing.T) {
	q := NewRequest(NewKey(), "/", nil)
	const token = "glpat-x7Kd93jfLsmQ2pVt81Zb"
	for _, lead := range []int{0, maxText - 10, maxText - 30, 1 << 20} {
		shown := q.Text(strings.Repeat("p", lead) + "/" + token + strings.Repeat("/é", 1<<10))
		if len(shown) > maxText+len("…") || !strings.HasSuffix(shown, "…") {
			t.Errorf("after %d: %d bytes: %.100q", lead, len(shown), shown)
		}
		if strings.Contains(shown, token[:12]) {
			t.Errorf("after %d: shows the token: %q", lead, shown)
		}
	}
	line := strings.Repeat("GET /path ", 10)
	for _, part := range []string{line[:3], line[:9]} {
		if unsafe.StringData(q.Text(part)) == unsafe.StringData(line) {
			t.Errorf("%q keeps all of the request's line", part)
		}
	}
	if short := "/api/v4/jobs/request"; q.Text(short) != short {
		t.Errorf("%q is shown as %q", short, q.Text(short))
	}
}
