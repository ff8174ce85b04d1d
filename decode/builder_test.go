package decode

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// sayer gives a Builder exchanges at times of its own.
type sayer struct {
	b  *Builder
	d  *Decoder
	id uint64
}

func newSayer() *sayer { return &sayer{b: NewBuilder(), d: NewDecoder()} }

func (s *sayer) say(at time.Duration, method, target, body string, status int, answer string, header ...string) {
	s.id++
	x := &runnertape.Exchange{ID: s.id, State: runnertape.Done, Scheme: "http", Host: "h", Started: jobsBegin.Add(at)}
	x.Replied, x.Ended = x.Started, x.Started
	x.Request = runnertape.Request{Method: method, Target: target, Body: runnertape.Body{Bytes: int64(len(body))}}
	for i := 0; i < len(header); i += 2 {
		x.Request.Header = append(x.Request.Header, runnertape.Field{Name: header[i], Value: header[i+1]})
	}
	x.Response = &runnertape.Response{Status: status, Header: runnertape.Header{{Name: "Content-Type", Value: "application/json"}}}
	x.Decoded = new(runnertape.Decoded)
	m := s.d.decode(x, Bodies{Request: []byte(body), Response: []byte(answer)}, x.Decoded)
	s.b.Add(x, m)
}

func (s *sayer) handOut(at time.Duration, id int64) {
	s.say(at, "POST", "/api/v4/jobs/request", "{}", 201, fmt.Sprintf(`{"id":%d,"token":"t%d"}`, id, id))
}

func (s *sayer) final(at time.Duration, id int64, status int) {
	s.say(at, "PUT", fmt.Sprintf("/api/v4/jobs/%d", id), `{"state":"success"}`, status, "")
}

func (s *sayer) wantEnded(t *testing.T, want ...int64) {
	t.Helper()
	var got []int64
	for _, j := range s.b.Ended() {
		got = append(got, j.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("at %v ended %v, want %v", s.b.now.Sub(jobsBegin), got, want)
	}
}

func TestBuilderEnded(t *testing.T) {
	s := newSayer()
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	s.handOut(0, 1)
	s.handOut(0, 2)
	s.handOut(0, 3)
	s.final(minutes(1), 2, 200)
	s.final(minutes(2), 1, 202)
	s.say(minutes(15), "GET", "/api/v4/version", "", 200, "")
	s.wantEnded(t) // a helper may come
	s.say(minutes(15), "POST", "/api/v4/jobs/2/artifacts", "", 201, "")
	s.say(minutes(17), "GET", "/api/v4/version", "", 200, "")
	if n := len(s.b.jobs[2][0].Uploads); n != 1 {
		t.Errorf("%d uploads", n)
	}
	s.wantEnded(t, 2)
	s.wantEnded(t)
	if len(s.b.jobs[2]) != 0 || len(s.b.Jobs()) != 2 {
		t.Errorf("%d jobs are left", len(s.b.Jobs()))
	}
	s.handOut(minutes(20), 2)
	s.say(minutes(60), "PATCH", "/api/v4/jobs/3/trace", "a", 202, "", "Content-Range", "0-0")
	s.say(minutes(125), "GET", "/api/v4/version", "", 200, "")
	s.wantEnded(t, 1) // nobody answered it for good, and it is silent
	s.say(minutes(200), "GET", "/api/v4/version", "", 200, "")
	s.wantEnded(t, 3, 2)
	if len(s.b.Jobs()) != 0 || len(s.b.jobs) != 0 {
		t.Errorf("%d jobs are left", len(s.b.Jobs()))
	}
}

// A recording of many jobs takes no more memory than those that run at a time.
func TestBuilderIsBounded(t *testing.T) {
	s := newSayer()
	most, seen := 0, 0
	grown := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var before uint64
	for id := range int64(3000) {
		at := time.Duration(id) * 10 * time.Second
		s.handOut(at, id+1)
		s.say(at, "PATCH", fmt.Sprintf("/api/v4/jobs/%d/trace", id+1), strings.Repeat("x", 100), 202, "", "Content-Range", "0-99")
		s.final(at+time.Second, id+1, 200)
		seen += len(s.b.Ended())
		if most = max(most, len(s.b.Jobs())); id == 1000 {
			before = grown()
		}
	}
	if after := grown(); most > 120 || seen < 2800 || after > before+1<<20 {
		t.Errorf("%d jobs at a time, %d taken, memory grew from %d to %d bytes", most, seen, before, after)
	}
}

// What hands out one number for ever is no reason to keep all of that with each job.
func TestEarlierIsBounded(t *testing.T) {
	s := newSayer()
	for i := range 3 * MaxEarlier {
		s.handOut(time.Duration(i)*time.Second, 7)
	}
	earlier := s.b.Jobs()[3*MaxEarlier-1].Earlier
	if len(earlier) != MaxEarlier || earlier[0] != 2*MaxEarlier || earlier[MaxEarlier-1] != 3*MaxEarlier-1 {
		t.Errorf("%d: %v", len(earlier), earlier)
	}
	if s.b.jobs[7][2].Earlier[1] != 2 {
		t.Error(s.b.jobs[7][2].Earlier)
	}
}

// Times that no Duration can be are at its bounds.
func TestSecondsOfDuration(t *testing.T) {
	for s, want := range map[float64]time.Duration{-1: 0, -1e300: 0, 1.5: 1500 * time.Millisecond, 1e300: math.MaxInt64, math.MaxInt64: math.MaxInt64} {
		if got := seconds(s); got != want {
			t.Errorf("seconds(%g) = %d", s, got)
		}
	}
}
