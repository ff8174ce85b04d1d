package findings_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
)

// FuzzFinder makes exchanges of scripts that may say anything, with the answers
// and the order of one play put into another.
func FuzzFinder(f *testing.F) {
	var plays []*play
	for _, name := range playFiles(f) {
		plays = append(plays, readPlay(f, name))
		f.Add(uint16(len(plays)-1), uint16(len(plays)/2), []byte(filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, one, other uint16, shuffle []byte) {
		exchanges := append(mix(plays[int(one)%len(plays)], shuffle), mix(plays[int(other)%len(plays)], shuffle)...)
		for i := range exchanges {
			exchanges[i].ID = uint64(i + 1)
		}
		for _, f := range found(exchanges) {
			checkFinding(t, f)
		}
	})
}

// mix are copies of the exchanges of a play, changed by what the fuzzer says.
func mix(p *play, shuffle []byte) []*runnertape.Exchange {
	var list []*runnertape.Exchange
	for i, x := range p.exchanges {
		changed := *x
		if len(shuffle) == 0 {
			return append(list, &changed)
		}
		b := shuffle[i%len(shuffle)]
		donor := p.exchanges[int(b)%len(p.exchanges)]
		switch b % 8 {
		case 1:
			changed.Response = donor.Response
		case 2:
			changed.Started, changed.Ended = donor.Ended, donor.Started
		case 3:
			changed.Decoded = donor.Decoded
		case 4:
			changed.Response, changed.Failure = nil, &runnertape.Failure{Side: runnertape.Side(b % 4), Text: string(shuffle)}
		case 5:
			changed.State, changed.Ended = runnertape.InFlight, time.Time{}
		case 6:
			if d := changed.Decoded; d != nil {
				changed.Decoded = &runnertape.Decoded{Endpoint: d.Endpoint, JobID: int64(int8(b)), Runner: runnertape.Runner{Token: string(shuffle), Version: string(shuffle)}, Message: shuffle}
			}
		}
		list = append(list, &changed)
	}
	return list
}

// What a Finder keeps does not grow with the polls of a runner, whatever is odd
// about each: 10 bytes a poll would be seen.
func TestBounded(t *testing.T) {
	const few, more = 20_000, 100_000
	f := findings.New()
	feed(f, 0, few)
	before := heap()
	feed(f, few, few+more)
	if grown := int64(heap()) - int64(before); grown > 10*more {
		t.Errorf("%d more polls took %d bytes", more, grown)
	}
	if r := f.Runners(); len(r) != 1 || r[0].Polls != few+more {
		t.Errorf("%d runners, of the first %d polls", len(r), r[0].Polls)
	}
}

// Nor does it grow with jobs for ever: of the oldest nothing is kept.
func TestJobsBounded(t *testing.T) {
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
