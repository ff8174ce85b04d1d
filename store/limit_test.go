package store

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"runnertape"
)

// fleet records jobs as some runners run them: a poll that hands one out, log
// patches, an archive, an update that ends it, and empty polls between.
type fleet struct {
	t      *testing.T
	w      *Writer
	id     uint64
	clock  time.Time
	random *rand.Rand
}

func newFleet(t *testing.T, w *Writer) *fleet {
	return &fleet{t, w, w.LastID(), time.Unix(1790000000, 0).UTC(), rand.New(rand.NewPCG(5, 6))}
}

func (f *fleet) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(f.random.Uint32())
	}
	return b
}

// exchange puts one that ended, of a job unless that is 0.
func (f *fleet) exchange(endpoint string, job int64, body []byte) error {
	f.id++
	f.clock = f.clock.Add(time.Second)
	x := exchange(f.id, runnertape.Done)
	x.Started, x.Ended = f.clock, f.clock.Add(time.Millisecond)
	x.Decoded = &runnertape.Decoded{Endpoint: endpoint, JobID: job}
	if err := f.w.Write(f.id, runnertape.RequestSide, body); err != nil {
		return err
	}
	if err := f.w.Put(x); err != nil {
		return err
	}
	return f.w.Commit()
}

const exchangesPerJob = 6

func (f *fleet) step(job int64, n int) error {
	switch n {
	case 0:
		return f.exchange("request_job", job, f.noise(2000))
	case exchangesPerJob - 2:
		return f.exchange("upload_artifacts", job, f.noise(ChunkBytes+5000))
	case exchangesPerJob - 1:
		return f.exchange("update_job", job, nil)
	}
	return f.exchange("patch_trace", job, f.noise(6000))
}

func endsJob(x *runnertape.Exchange) bool { return x.Decoded.Endpoint == "update_job" }

// run records jobs, three at a time, with polls between.
func (f *fleet) run(from, to int64) {
	steps := map[int64]int{}
	next := from
	for next < to || len(steps) > 0 {
		for len(steps) < 3 && next < to {
			steps[next] = 0
			next++
		}
		for job := max(from, next-10); job < next; job++ {
			n, ok := steps[job]
			if !ok || f.random.IntN(2) == 0 {
				continue
			}
			must(f.t, f.step(job, n))
			if steps[job]++; n == exchangesPerJob-1 {
				delete(steps, job)
			}
			must(f.t, f.exchange("request_job", 0, []byte(pollBody)))
		}
	}
}

// kept is how many exchanges there are of each job, 0 for those of none.
func kept(t *testing.T, r *Reader) (count map[int64]int, first map[int64]uint64) {
	t.Helper()
	count, first = map[int64]int{}, map[int64]uint64{}
	for x, err := range r.Exchanges() {
		must(t, err)
		job := x.Decoded.JobID
		if count[job]++; count[job] == 1 {
			first[job] = x.ID
		}
	}
	return count, first
}

func TestLimitLetsOldestJobsLeaveWhole(t *testing.T) {
	const limit = 4 << 20
	const most = limit + limit/8 + 1<<20 // a file grows by 1 MiB at a time, and how groups are cut depends on the scheduler
	path, w := newRecording(t)
	w.db.NoSync = true
	must(t, w.Limit(Limit{MaxBytes: limit, Ends: endsJob}))
	f := newFleet(t, w)
	var largest int64
	for from := int64(1); from <= 150; from += 10 {
		f.run(from, from+10)
		largest = max(largest, fileSize(path))
	}
	left := w.Left()
	must(t, w.Close())
	if largest > most {
		t.Errorf("the file had %d bytes, and has %d in the end", largest, fileSize(path))
	}
	r, err := Open(path)
	must(t, err)
	count, first := kept(t, r)
	must(t, r.Close())
	if used := fileSize(path); used < limit/2 {
		t.Errorf("only %d bytes are kept", used)
	}
	oldest := int64(150)
	for job, n := range count {
		if job != 0 && n != exchangesPerJob {
			t.Errorf("%d exchanges of job %d, want all or none", n, job)
		}
		if job != 0 {
			oldest = min(oldest, job)
		}
	}
	if int64(len(count)-1)+left.Jobs != 150 {
		t.Errorf("%d jobs kept and %d left", len(count)-1, left.Jobs)
	}
	if first[0] < first[oldest]-30 { // jobs that began before it and ended after are gone: polls of their time may be there
		t.Errorf("a poll of id %d, older than the oldest job of id %d", first[0], first[oldest])
	}
	if int(f.id)-int(left.Exchanges) != sum(count) {
		t.Errorf("%d exchanges kept, %d left, %d made", sum(count), left.Exchanges, f.id)
	}
	if left.Bytes < 8<<20 {
		t.Errorf("%d bytes left", left.Bytes)
	}

	// it goes on, knowing what is there
	w, err = Append(path)
	must(t, err)
	must(t, w.Limit(Limit{MaxBytes: limit, Ends: endsJob}))
	f = newFleet(t, w)
	f.run(301, 361)
	if w.Left().Jobs < 30 {
		t.Errorf("%d jobs left when it went on", w.Left().Jobs)
	}
	must(t, w.Close())
	if fileSize(path) > most {
		t.Errorf("the file has %d bytes", fileSize(path))
	}
}

func sum(count map[int64]int) (n int) {
	for _, c := range count {
		n += c
	}
	return n
}

func TestLimitWithPollsOnly(t *testing.T) {
	path, w := newRecording(t)
	w.db.NoSync = true
	must(t, w.Limit(Limit{MaxBytes: MinMaxBytes, Ends: endsJob}))
	f := newFleet(t, w)
	for range 12_000 {
		must(t, f.exchange("request_job", 0, []byte(pollBody)))
	}
	left := w.Left()
	must(t, w.Close())
	if left.Jobs != 0 || left.Exchanges < 1000 || fileSize(path) > MinMaxBytes {
		t.Errorf("%+v left, %d bytes of file", left, fileSize(path))
	}
}

// A job that has not ended stays, with all that others may take leaving; when it
// has been silent for an hour it is not waited for.
func TestLimitSparesRunningJobs(t *testing.T) {
	path, w := newRecording(t)
	w.db.NoSync = true
	must(t, w.Limit(Limit{MaxBytes: 2 << 20, Ends: endsJob}))
	f := newFleet(t, w)
	must(t, f.step(1, 0))
	f.run(2, 60)
	must(t, f.step(1, 1))
	if count, _ := kept(t, w.Reader()); count[1] != 2 {
		t.Errorf("%d exchanges of the job that runs", count[1])
	}
	f.clock = f.clock.Add(2 * time.Hour)
	var err error
	for n := 0; err == nil && n < 100; n++ { // a job that is larger than the bound
		err = f.exchange("upload_artifacts", 100, f.noise(2*ChunkBytes))
	}
	if !errors.Is(err, ErrFull) {
		t.Errorf("a job larger than the bound: %v", err)
	}
	count, _ := kept(t, w.Reader())
	if len(count) != 1 || count[100] < 10 {
		t.Errorf("kept are %v, want job 100 only", count)
	}
	if err := w.Close(); !errors.Is(err, ErrFull) {
		t.Errorf("Close: %v", err)
	}
	mustBeWhole(t, path)
}

func TestLimitRefuses(t *testing.T) {
	path, w := newRecording(t)
	if err := w.Limit(Limit{MaxBytes: MinMaxBytes - 1, Ends: endsJob}); err == nil {
		t.Error("a bound that is too small is taken")
	}
	must(t, w.Close())
	small := filepath.Join(t.TempDir(), "small.db")
	_, err := Compact(t.Context(), path, small, nil)
	must(t, err)
	w, err = Append(small)
	must(t, err)
	if err := w.Limit(Limit{MaxBytes: MinMaxBytes, Ends: endsJob}); !errors.Is(err, ErrCompacted) {
		t.Errorf("compacted: %v", err)
	}
	must(t, w.Close())
	must(t, os.Remove(small))
}
