package findings_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
)

// What a Finder keeps does not grow with the polls of a runner, whatever is odd
// about each: 10 bytes a poll would be seen.
func TestBounded(t *testing.T) {
	few, more := 20_000, 100_000
	if testing.Short() {
		few, more = few/4, more/4
	}
	f := findings.New()
	feed(f, 0, few)
	before := heap()
	feed(f, few, few+more)
	if grown := int64(heap()) - int64(before); grown > int64(10*more) {
		t.Errorf("%d more polls took %d bytes", more, grown)
	}
	if r := f.Runners(); len(r) != 1 || r[0].Polls != few+more {
		t.Errorf("%d runners, of the first %d polls", len(r), r[0].Polls)
	}
}

// Nor does it grow with jobs for ever: of the oldest nothing is kept.
func TestJobsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN with -short: 200000 jobs")
	}
	const kept = 100_000
	f := findings.New()
	add := func(from, to int) {
		for i := from; i < to; i++ {
			x := &runnertape.Exchange{
				ID: uint64(i + 1), State: runnertape.Done, Started: began, Response: &runnertape.Response{Status: 403},
				Decoded: &runnertape.Decoded{Endpoint: "patch_trace", JobID: int64(i + 1)},
			}
			m := &decode.PatchTraceMessage{DebugTrace: true}
			m.Answer.Status, m.Answer.ErrorText = 403, "no"
			f.Add(x, m)
		}
	}
	add(0, kept)
	before := heap()
	add(kept, 2*kept)
	if grown := int64(heap()) - int64(before); grown > 100*kept { // maps have room for keys that are gone
		t.Errorf("%d more jobs took %d bytes", kept, grown)
	}
	if got := f.Findings(&decode.Job{ID: 1}, nil); len(got) > 0 {
		t.Errorf("of the oldest job is kept: %s", lines(got))
	}
	if got := f.Findings(&decode.Job{ID: 2 * kept}, nil); len(got) == 0 {
		t.Error("of the newest job nothing is kept")
	}
}

// feed adds polls that have each an id, a version, a field and a fault of their own.
func feed(f *findings.Finder, from, to int) {
	for i := from; i < to; i++ {
		at := began.Add(time.Duration(i) * time.Second)
		x := &runnertape.Exchange{
			ID: uint64(i + 1), State: runnertape.Done, Started: at, Replied: at, Ended: at,
			Response: &runnertape.Response{Status: 500 + i%3},
			Decoded:  &runnertape.Decoded{Endpoint: "request_job", Runner: runnertape.Runner{Token: "abc", Version: fmt.Sprint("17.", i)}},
		}
		x.Request.Method, x.Request.Target = "POST", "/api/v4/jobs/request"
		x.Request.Header = runnertape.Header{{Name: "X-Request-Id", Value: fmt.Sprint(i / 3)}}
		m := &decode.RequestJobMessage{Status: x.Response.Status}
		m.Faults = []string{fmt.Sprint("no ", i)}
		m.Gaps = []decode.Gap{{Where: "request header", Name: fmt.Sprint("X-", i)}}
		f.Add(x, m)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
