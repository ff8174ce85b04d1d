package replay

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// endedJobBytes is what a job that has ended may take, and three times what it takes. It is judged by what the
// collector leaves when no runner is at work, so that neither garbage nor timing counts.
const endedJobBytes = 4 << 10

// Hundreds of runners at once, each with job after job: each log arrives as it was sent, and
// memory does not depend on how much passed.
func TestManyRunners(t *testing.T) {
	runners, each := 500, 20
	if testing.Short() || underRace {
		runners, each = 50, 8
	}
	tape := manyJobs(runners*each, runners, 2)
	r, err := New(tape, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]uint32, runners*each+1) // by job
	var early uint64
	for turn := range each {
		if turn == each/4 {
			early = heap()
		}
		var all sync.WaitGroup
		for n := range runners {
			all.Go(func() {
				id, sum, err := r.playOne(rand.New(rand.NewPCG(uint64(turn), uint64(n))))
				if err != nil {
					t.Errorf("runner %d: %v", n, err)
					return
				}
				sums[id] = sum // each job is handed out once
			})
		}
		all.Wait()
	}
	grown := (int64(heap()) - int64(early)) / int64(runners*(each-each/4))
	t.Logf("%d jobs have ended, each takes %d bytes", runners*each, grown)
	if grown > endedJobBytes {
		t.Errorf("a job that has ended takes %d bytes", grown)
	}
	r.ended(t)
	c := r.Receipt()
	if len(c.Jobs) != runners*each || c.Missed != 0 || len(c.Unused) != 0 {
		t.Fatalf("%d jobs, %d missed, %d unused", len(c.Jobs), c.Missed, len(c.Unused))
	}
	for _, j := range c.Jobs {
		if want := fmt.Sprintf("crc32:%08x", sums[j.ID]); j.TraceCRC32 != want || !j.Same() || len(j.Differences) > 0 {
			t.Fatalf("job %d sent %s: %+v", j.ID, want, j)
		}
	}
}

// playOne is a runner that gets a job, sends a log in pieces, one of them twice, and ends.
func (r *Replayer) playOne(random *rand.Rand) (id int, sum uint32, err error) {
	a := r.ask("POST", "/api/v4/jobs/request", `{"token":"glrt-anybody00000000000"}`)
	var job struct{ ID int }
	if err := json.Unmarshal([]byte(a.body), &job); a.status != 201 || err != nil {
		return 0, 0, fmt.Errorf("asked for a job: %d %s", a.status, a.body)
	}
	path := fmt.Sprint("/api/v4/jobs/", job.ID)
	log := logOf(job.ID)
	for offset := 0; offset < len(log); {
		n := min(1+random.IntN(400), len(log)-offset)
		contentRange := fmt.Sprintf("%d-%d", offset, offset+n-1)
		for range 1 + random.IntN(6)/5 {
			a := r.ask("PATCH", path+"/trace", log[offset:offset+n], "Content-Range", contentRange)
			if held := fmt.Sprintf("0-%d", offset+n); a.status != 202 || a.header.Get("Range") != held {
				return 0, 0, fmt.Errorf("job %d, patch %s: %d %v", job.ID, contentRange, a.status, a.header)
			}
		}
		offset += n
	}
	sum = crc32.ChecksumIEEE([]byte(log))
	end := fmt.Sprintf(`{"state":"failed","failure_reason":"script_failure","exit_code":%d,"output":{"checksum":"crc32:%08x","bytesize":%d}}`, job.ID%100, sum, len(log))
	if a := r.ask("PUT", path, end); a.status != 200 {
		return 0, 0, fmt.Errorf("job %d, final update: %d %s", job.ID, a.status, a.body)
	}
	return job.ID, sum, nil
}

// heap is what is in use when everybody waits and the collector has been through.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what sync.Pool still holds goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
