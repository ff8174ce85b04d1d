package replay

import (
	"fmt"
	"strings"
	"testing"
)

// Bodies of polls are told apart by every byte, and there is an end to those that are kept.
func TestPollBodies(t *testing.T) {
	var bodies pollBodies
	for round := range 2 {
		for n := range maxPollBodies + 5 {
			body := fmt.Sprintf(`{"token":"glrt-%d","system_id":"s_%d","last_update":"%d","info":{"features":{"cancel_gracefully":%t}}}`, n, n%2, n%3, n%2 == 0)
			a := bodies.read([]byte(body))
			if a.Token != fmt.Sprint("glrt-", n) || a.SystemID != fmt.Sprint("s_", n%2) || a.LastUpdate != fmt.Sprint(n%3) || a.Info.Features.CancelGracefully != (n%2 == 0) {
				t.Fatalf("round %d: %s is read as %+v", round, body, a)
			}
		}
	}
	if n := len(bodies.known); n == 0 || n > maxPollBodies {
		t.Errorf("%d are kept", n)
	}
	for _, body := range []string{`{"token":"` + strings.Repeat("x", maxPollBody), `{"token":"glrt-1"`, "", "[]"} {
		if a := bodies.read([]byte(body)); a != (pollBody{}) {
			t.Errorf("%.20s is read as %+v", body, a)
		}
	}
	long := `{"token":"glrt-1","info":{"x":"` + strings.Repeat("x", maxPollBody) + `"}}`
	if a := bodies.read([]byte(long)); a.Token != "glrt-1" {
		t.Errorf("%+v", a)
	}
	if _, kept := bodies.known[long]; kept {
		t.Error("a long one is kept")
	}
}
