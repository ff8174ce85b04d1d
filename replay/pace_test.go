package replay

import (
	"strings"
	"testing"
	"time"
)

// timed is a recording of jobs that were handed out 1 s, 4 s and 5 s after its first exchange, of which the first needs nobody.
func timed() *Tape {
	return NewTape("http://gitlab.example").Add(
		poll(), handOut(`{"id":1}`), patch("1", "0-4", "hello", 202, "Job-Status", "running", "X-GitLab-Trace-Update-Interval", "60"),
		put("1", `{"state":"success"}`, 200), handOut(`{"id":2}`), handOut(`{"id":3,"dependencies":[{"id":1,"token":"t"}]}`),
	)
}

// Jobs come not before their time, which goes with the pace.
func TestAtTimes(t *testing.T) {
	for _, pace := range []float64{0, 1, 2, 0.5} {
		at := newClock()
		r, err := New(timed(), Options{Now: at.now, AtTimes: true, Pace: pace})
		if err != nil {
			t.Fatal(err)
		}
		second := time.Second
		if pace > 0 {
			second = time.Duration(float64(time.Second) / pace)
		}
		none := r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
		at.forward(second + second/125) // polls take 10 ms, in the recording
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
		at.forward(second / 50)
		if o := r.next(t, "{}"); o.ID != 1 {
			t.Errorf("pace %v: job %d", pace, o.ID)
		}
		again := r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
		if a, b := lastUpdate(none), lastUpdate(again); a == "" || b == "" || a == b {
			t.Errorf("pace %v: last update %q, %q, though a job came", pace, a, b)
		}
		at.forward(4 * second)
		if o := r.next(t, "{}"); o.ID != 2 {
			t.Errorf("pace %v: job %d", pace, o.ID)
		}
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204) // its time has come, but not what it needs
		r.say(t, 1, "success").want(t, 200)
		if o := r.next(t, "{}"); o.ID != 3 {
			t.Errorf("pace %v: job %d", pace, o.ID)
		}
	}
}

func lastUpdate(s said) string {
	for name, values := range s.header {
		if name == headerLastUpdate { // as it is on the wire, which is not net/http's spelling
			return values[0]
		}
	}
	return ""
}

// Intervals, pauses and stops go with the pace.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		pace        float64
		interval    time.Duration
		told, pause string
		stopped     time.Duration
	}{
		{0, 0, "3", "1", 2 * time.Second},
		{0, AsRecorded, "60", "1", 2 * time.Second},
		{1, AsRecorded, "60", "8", 2 * time.Second},
		{2, AsRecorded, "30", "4", time.Second},
		{4, 5 * time.Second, "5", "2", time.Second / 2},
	} {
		at := newClock()
		o := Options{Now: at.now, Pace: c.pace, TraceInterval: c.interval}
		r, err := New(timed(), o)
		if err != nil {
			t.Fatal(err)
		}
		r.next(t, "{}")
		r.ask("PATCH", "/api/v4/jobs/1/trace", "hello", "Content-Range", "0-4").want(t, 202, "X-GitLab-Trace-Update-Interval", c.told)

		r, err = New(NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), put("42", `{"state":"success"}`, 202, "X-GitLab-Trace-Update-Interval", "8"),
			put("42", `{"state":"success"}`, 200)), o)
		if err != nil {
			t.Fatal(err)
		}
		r.next(t, "{}")
		r.say(t, 42, "success").want(t, 202, "X-GitLab-Trace-Update-Interval", c.pause)

		r, err = New(NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), patch("42", "0-999", strings.Repeat("x", 1000), 202, "Job-Status", "running"),
			put("42", `{"state":"running"}`, 200, "Job-Status", "canceled")), o)
		if err != nil {
			t.Fatal(err)
		}
		r.next(t, "{}")
		at.forward(c.stopped - 20*time.Millisecond)
		r.say(t, 42, "running").want(t, 200, "Job-Status", "running")
		at.forward(20 * time.Millisecond)
		r.say(t, 42, "running").want(t, 200, "Job-Status", "canceled")
	}
}
