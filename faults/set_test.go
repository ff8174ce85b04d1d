package faults_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape/decode"
	"runnertape/faults"
)

// set is the rules of a text.
func set(t *testing.T, seed uint64, text string) *faults.Set {
	t.Helper()
	rules, err := faults.Parse("f", text)
	if err != nil {
		t.Fatal(err)
	}
	return faults.NewSet(seed, rules)
}

var begin = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// patch is a patch of a job, so long after it was handed out.
func patch(job int64, offset int64, after time.Duration) faults.Call {
	return faults.Call{
		Endpoint: decode.PatchTrace, JobID: job, JobName: "build", Path: fmt.Sprintf("/api/v4/jobs/%d/trace", job),
		Offset: offset, Trace: offset, Picked: offset > 0, Age: after, Now: begin.Add(after),
	}
}

func put(job int64, state string, picked bool) faults.Call {
	return faults.Call{Endpoint: decode.UpdateJob, JobID: job, JobName: "build", State: state, Picked: picked, Now: begin}
}

// met is what calls meet, one letter each: the line of the deciding rule, or "." for none.
func met(s *faults.Set, calls ...faults.Call) string {
	var b strings.Builder
	for _, c := range calls {
		switch m := s.Meet(c); {
		case m.Rule != nil:
			fmt.Fprint(&b, m.Rule.Line)
		case m.Nothing():
			b.WriteByte('.')
		default:
			b.WriteByte('~')
		}
	}
	return b.String()
}

func TestMeet(t *testing.T) {
	poll := faults.Call{Endpoint: decode.RequestJob, Now: begin}
	later := func(c faults.Call, d time.Duration) faults.Call {
		c.Now, c.Age = c.Now.Add(d), c.Age+d
		return c
	}
	for _, test := range []struct {
		name, rules string
		calls       []faults.Call
		want        string
	}{
		{"always", "patch_trace: 500", []faults.Call{patch(1, 0, 0), patch(1, 0, 0), poll, patch(2, 0, 0)}, "11.1"},
		{"once for each job", "patch_trace: 500 once", []faults.Call{patch(1, 0, 0), patch(2, 0, 0), patch(1, 0, 0), patch(2, 0, 0)}, "11.."},
		{"once in all", "patch_trace: 500 once in all", []faults.Call{patch(1, 0, 0), patch(2, 0, 0), patch(1, 0, 0)}, "1.."},
		{"times", "patch_trace: 500 3 times", []faults.Call{patch(1, 0, 0), patch(1, 0, 0), patch(1, 0, 0), patch(1, 0, 0)}, "111."},
		{"for a time", "patch_trace: 500 for 10s", []faults.Call{patch(1, 0, time.Minute), patch(1, 0, 69*time.Second), patch(1, 0, 70*time.Second), patch(2, 0, 2*time.Minute)}, "11.1"},
		{"for a time in all", "*: 502 for 10s in all", []faults.Call{poll, later(poll, 9*time.Second), patch(1, 0, 9*time.Second), patch(1, 0, 10*time.Second), later(poll, time.Hour)}, "111.."},
		{"for a time, at most", "*: 502 for 10s twice", []faults.Call{poll, poll, poll}, "11."},
		{"the first wins", "patch_trace: 500 once\npatch_trace: 416 once", []faults.Call{patch(1, 0, 0), patch(1, 0, 0), patch(1, 0, 0)}, "12."},
		{"offset", "patch_trace when offset>=4096: 416 once", []faults.Call{patch(1, 0, 0), patch(1, 4095, 0), patch(1, 4096, 0), patch(1, 5000, 0)}, "..1."},
		{"attempt", "patch_trace when attempt=2: 500", []faults.Call{patch(1, 0, 0), patch(2, 0, 0), patch(1, 0, 0), patch(1, 0, 0)}, "..1."},
		{"attempt in all", "patch_trace when attempt>2: 500 in all", []faults.Call{patch(1, 0, 0), patch(2, 0, 0), patch(1, 0, 0), patch(2, 0, 0)}, "..11"},
		{"trace and time", "* when trace<100 and time>5s: 500", []faults.Call{patch(1, 99, 5*time.Second), patch(1, 99, 6*time.Second), patch(1, 100, 6*time.Second)}, ".1."},
		{"less and equal", "patch_trace when offset<=5: 500\npatch_trace when offset=6: 416", []faults.Call{patch(1, 5, 0), patch(1, 6, 0), patch(1, 7, 0)}, "12."},
		{"job by id", "* job=1: 500", []faults.Call{patch(1, 0, 0), patch(11, 0, 0), poll}, "1.."},
		{"job by name", "job build: 500", []faults.Call{patch(1, 0, 0), poll}, "1."},
		{"job by part of its name", "job b*i*d: 500\njob b*x: 501\njob *x*: 502", []faults.Call{patch(1, 0, 0)}, "1"},
		{"any job", "* job=*: 500", []faults.Call{patch(1, 0, 0), poll}, "1."},
		{"no other job", "job test: 500", []faults.Call{patch(1, 0, 0), poll}, ".."},
		{"path", "* path=/api/*/trace: 500", []faults.Call{patch(1, 0, 0), poll}, "1."},
		{"pickup", "update_job pickup: 500", []faults.Call{put(1, "running", false), put(1, "running", true), put(1, "success", false), patch(1, 0, 0)}, "1..."},
		{"keepalive", "update_job keepalive: 500", []faults.Call{put(1, "running", false), put(1, "running", true), put(1, "failed", true)}, ".1."},
		{"final", "update_job final: 500", []faults.Call{put(1, "running", true), put(1, "failed", true), put(1, "", true)}, ".1."},
		{"state", "update_job when state=failed: 500", []faults.Call{put(1, "success", true), put(1, "failed", true)}, ".1"},
		{"beside each other", "patch_trace: slow 1KiB/s\npatch_trace: delay 1s twice\npatch_trace: 500 once", []faults.Call{patch(1, 0, 0), patch(1, 0, 0)}, "3~"},
		{"stops meet no request", "job build: cancel at 1s", []faults.Call{patch(1, 0, time.Hour)}, "."},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := met(set(t, 1, test.rules), test.calls...); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
	var none *faults.Set
	if m := none.Meet(poll); !m.Nothing() || none.Report() != nil || none.Rules() != nil {
		t.Error("nil has rules")
	}
}

// Delays add up, and the slowest rate holds.
func TestMeetAlongside(t *testing.T) {
	m := set(t, 1, "*: delay 1s\n*: delay 2s\n*: delay 5s taken\n*: slow 2KiB/s\n*: slow 1KiB/s\n*: slow 3KiB/s").Meet(patch(1, 0, 0))
	if m.Late != 3*time.Second || m.Later != 5*time.Second || m.Rate != 1024 || m.What != nil || m.Nothing() {
		t.Errorf("%+v", m)
	}
}

// What did not come about is not counted.
func TestUndo(t *testing.T) {
	for _, rules := range []string{"patch_trace: drop after 10 once", "patch_trace: drop after 10 once in all"} {
		s := set(t, 1, rules)
		m := s.Meet(patch(1, 0, 0))
		m.Undo()
		if got := s.Report().Rules[0]; got.Delivered != 0 || len(got.Jobs) != 0 {
			t.Errorf("report %+v", got)
		}
		if got := met(s, patch(1, 0, 0), patch(1, 0, 0)); got != "1." {
			t.Errorf("%s: %s", rules, got)
		}
	}
}

func TestStopped(t *testing.T) {
	s := set(t, 1, "job 1: cancel at 10s\njob 2: canceled at 4KiB\njob 3: failed at pickup\njob 4: canceling at 1s\njob 4: canceled at 2s")
	told := func(c faults.Call) string {
		what, _ := s.Stopped(c)
		if what == nil {
			return ""
		}
		return what.Told
	}
	for i, step := range []struct {
		call faults.Call
		want string
	}{
		{patch(1, 0, 9*time.Second), ""},
		{patch(1, 0, 10*time.Second), "cancel"},
		{patch(1, 0, 11*time.Second), ""}, // once
		{patch(2, 4095, time.Hour), ""},
		{patch(2, 4096, time.Hour), "canceled"},
		{patch(3, 0, 0), "failed"},
		{patch(4, 0, time.Second), "canceling"},
		{patch(4, 0, time.Second), ""},
		{patch(4, 0, 2*time.Second), "canceled"},
		{patch(5, 1<<20, time.Hour), ""},
	} {
		if got := told(step.call); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
}

// A seed decides, and nothing else: not the order of requests, nor what other jobs do meanwhile.
func TestChance(t *testing.T) {
	const rules = "patch_trace when chance=30%: 500\npatch_trace when chance=50%: 416"
	jobs := func(seed uint64, order func(do func(job int64))) map[int64]string {
		s := set(t, seed, rules)
		got := map[int64]string{}
		var mu sync.Mutex
		order(func(job int64) {
			one := met(s, patch(job, 0, 0))
			mu.Lock()
			defer mu.Unlock()
			got[job] += one
		})
		return got
	}
	inTurn := func(do func(int64)) {
		for range 200 {
			for job := range int64(3) {
				do(job + 1)
			}
		}
	}
	atOnce := func(do func(int64)) {
		var all sync.WaitGroup
		for job := range int64(3) {
			all.Go(func() {
				for range 200 {
					do(job + 1)
				}
			})
		}
		all.Wait()
	}
	first := jobs(1, inTurn)
	if d := cmp.Diff(first, jobs(1, atOnce)); d != "" {
		t.Errorf("at once it is otherwise:\n%s", d)
	}
	if cmp.Equal(first, jobs(2, inTurn)) {
		t.Error("another seed decides the same")
	}
	if first[1] == first[2] {
		t.Error("two jobs have the same luck")
	}
	for job, got := range first {
		n, m := strings.Count(got, "1"), strings.Count(got, "2")
		if n < 40 || n > 80 || m < 50 || m > 90 { // 60 and 70 are to be expected
			t.Errorf("job %d: %d and %d of 200", job, n, m)
		}
	}
}

func TestReport(t *testing.T) {
	s := set(t, 7, "patch_trace: 500 twice\nrequest_job: 503 once\ngit: 500")
	met(s, patch(2, 0, 2*time.Second), patch(1, 0, 0), patch(1, 0, time.Second), patch(1, 0, 0), faults.Call{Endpoint: decode.RequestJob, Now: begin})
	want := &faults.Report{Seed: 7, Rules: []faults.RuleReport{
		{Rule: "f:1: patch_trace: 500 twice", Delivered: 3, Jobs: []faults.JobReport{
			{JobID: 1, Delivered: 2, At: []time.Time{begin, begin.Add(time.Second)}},
			{JobID: 2, Delivered: 1, At: []time.Time{begin.Add(2 * time.Second)}},
		}},
		{Rule: "f:2: request_job: 503 once", Delivered: 1, Jobs: []faults.JobReport{{Delivered: 1, At: []time.Time{begin}}}},
		{Rule: "f:3: git: 500"},
	}}
	if d := cmp.Diff(want, s.Report()); d != "" {
		t.Error(d)
	}
}

func TestRange(t *testing.T) {
	for text, want := range map[string]string{
		"range=0-999": "0-999", "range=+50": "0-150", "range=-50": "0-50", "range=-500": "0-0", "range=none": "", "once": "0-100",
	} {
		m := set(t, 1, "patch_trace: 416 "+text).Meet(patch(1, 100, 0))
		if got := m.What.Range.Value(100); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
