package replay

import (
	"fmt"
	"testing"
	"time"
)

// gave is a job handed out to a runner.
func gave(job int, token, system string) Take {
	k := handOut(fmt.Sprintf(`{"id":%d}`, job))
	k.Body = fmt.Sprintf(`{"token":%q,"system_id":%q}`, token, system)
	return k
}

const (
	runnerA, runnerB = "glrt-aaaaaaaaaa0000000001", "glrt-bbbbbbbbbb0000000002"
	hostA, hostB     = "s_aaaaaaaaaaaa", "s_bbbbbbbbbbbb"
)

// Which runner gets which job: each step is a poll after some time, and the job that it gets, 0 for none.
func TestParts(t *testing.T) {
	type step struct {
		token, system string
		after         time.Duration
		want          int64
	}
	two := []Take{gave(1, runnerA, hostA), gave(2, runnerB, hostA), gave(3, runnerA, hostA), gave(4, runnerB, hostA)}
	for _, c := range []struct {
		name  string
		takes []Take
		steps []step
	}{
		{"each gets its own", two, []step{{runnerB, hostA, 0, 2}, {runnerB, hostA, 0, 4}, {runnerB, hostA, 0, 0}, {runnerA, hostA, 0, 1}, {runnerA, hostA, 0, 3}, {runnerA, hostA, 0, 0}}},
		{"whatever machine it is on", two, []step{{runnerB, "s_other", 0, 2}, {runnerA, "s_other", 0, 1}, {runnerB, "", 0, 4}}},
		{"unknown ones in order", two, []step{{"glrt-x", "s_x", 0, 1}, {"glrt-y", "s_y", 0, 2}, {"glrt-x", "s_x", 0, 3}, {"glrt-x", "s_x", 0, 4}, {"glrt-x", "s_x", 0, 0}}},
		{"unknown ones beside a known one", two, []step{{runnerA, hostA, 0, 1}, {"glrt-x", "s_x", 0, 2}, {"glrt-x", "s_x", 0, 4}, {"glrt-x", "s_x", 0, 0}, {runnerA, hostA, 0, 3}}},
		{"one alone gets all, but not at once", two, []step{{runnerA, hostA, 0, 1}, {runnerA, hostA, 0, 3}, {runnerA, hostA, 0, 0}, {runnerA, hostA, partOpens - 1, 0}, {runnerA, hostA, 1, 2}, {runnerA, hostA, 0, 4}}},
		{"one that is silent, but has a job", two, []step{{runnerB, hostA, 0, 2}, {runnerA, hostA, partIdle, 1}, {runnerA, hostA, 0, 3}, {runnerA, hostA, 0, 0}, {runnerB, hostA, 0, 4}}},
		{"one that has gone", append(two, gave(5, runnerB, hostA)), []step{{runnerB, hostA, 0, 2}, {runnerA, hostA, 0, 1}, {runnerA, hostA, 0, 3}, {runnerA, hostA, 0, 0}, {runnerA, hostA, DefaultLostAfter, 1}, {runnerA, hostA, 0, 2}, {runnerA, hostA, 0, 3}, {runnerA, hostA, 0, 4}}},
		{"the same machine with a new token", []Take{gave(1, runnerA, hostA), gave(2, runnerB, hostB)}, []step{{"glrt-new", hostB, 0, 2}, {"glrt-new", hostB, 0, 0}, {"glrt-x", "s_x", 0, 1}}},
		{"managers of one runner", []Take{gave(1, runnerA, hostA), gave(2, runnerA, hostB), gave(3, runnerA, hostA)}, []step{{runnerA, hostB, 0, 2}, {runnerA, "s_new", 0, 1}, {runnerA, "s_new", 0, 3}}},
		{"a token that was reset", []Take{
			gave(1, runnerA, hostA), gave(2, runnerB, hostA),
			{Method: "POST", URL: "/api/v4/runners/reset_authentication_token", Body: fmt.Sprintf(`{"token":%q}`, runnerB), Status: 201, Answer: []string{"Content-Type", jsonType}, Content: `{"token":"glrt-cccccccccc0000000003"}`},
			gave(3, "glrt-cccccccccc0000000003", hostA),
		}, []step{{runnerB, hostA, 0, 2}, {runnerB, hostA, 0, 3}, {"glrt-cccccccccc0000000003", hostA, 0, 0}, {runnerA, hostA, 0, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := newClock()
			r, err := New(NewTape("http://gitlab.example").Add(c.takes...), Options{Now: at.now})
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range c.steps {
				at.forward(s.after)
				ask := fmt.Sprintf(`{"token":%q,"system_id":%q}`, s.token, s.system)
				if s.want == 0 {
					r.ask("POST", "/api/v4/jobs/request", ask).want(t, 204)
					continue
				}
				if o := r.next(t, ask); r.index.number(o.ID) != s.want {
					t.Errorf("step %d: job %d, want %d", i+1, o.ID, s.want)
				}
			}
		})
	}
}
