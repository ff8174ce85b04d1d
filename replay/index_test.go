package replay

import (
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape"
)

// counted is a Listed that counts the exchanges that are read of it.
type counted struct {
	*listing
	mu   sync.Mutex     // guards what follows
	read map[uint64]int // how often, by exchange
}

func newCounted(t *testing.T, tape *Tape) *counted {
	t.Helper()
	all, err := listed(tape)
	if err != nil {
		t.Fatal(err)
	}
	return &counted{listing: all.(*listing), read: map[uint64]int{}}
}

func (c *counted) Exchange(id uint64) (*runnertape.Exchange, error) {
	c.mu.Lock()
	c.read[id]++
	c.mu.Unlock()
	return c.listing.Exchange(id)
}

func (c *counted) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	panic("all exchanges are read of a recording that has a table of contents")
}

// logOf is the log that a script of that job always writes.
func logOf(job int) string {
	return strings.Repeat(fmt.Sprintf("job %d says %d\n", job, job*7919), 1+job%40)
}

// manyJobs is a recording of jobs in groups that run at once, with patches and polls between.
func manyJobs(jobs, atOnce, patches int) *Tape {
	tape := NewTape("http://gitlab.example")
	for first := 1; first <= jobs; first += atOnce {
		last := min(first+atOnce, jobs+1)
		for job := first; job < last; job++ {
			tape.Add(poll(), handOut(fmt.Sprintf(`{"id":%d,"token":"glcbt-64_token%012d","job_info":{"name":"build %[1]d"}}`, job, job)))
		}
		for n := range patches {
			for job := first; job < last; job++ {
				log := logOf(job)
				from, to := n*len(log)/patches, (n+1)*len(log)/patches
				tape.Add(patch(fmt.Sprint(job), fmt.Sprintf("%d-%d", from, to-1), log[from:to], 202, "Job-Status", "running"), poll())
			}
		}
		for job := first; job < last; job++ {
			tape.Add(put(fmt.Sprint(job), fmt.Sprintf(`{"state":"failed","failure_reason":"script_failure","exit_code":%d}`, job%100), 200, "Job-Status", "failed"))
		}
	}
	return tape
}

// A start reads some jobs, whatever the length of the recording; a job's lane is read when the job is handed out.
func TestReadsOnlyWhatItMust(t *testing.T) {
	const jobs, patches = 300, 7
	src := newCounted(t, manyJobs(jobs, 4, patches))
	r, err := New(src, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(src.read); n > looksFirst+1 { // and a poll that gave none
		t.Errorf("%d exchanges are read at the start", n)
	}
	if f := r.Facts(); f.Jobs != jobs || f.Exchanges != len(src.entries) {
		t.Errorf("facts %+v of %d exchanges", f, len(src.entries))
	}
	for range looksFirst + 1 {
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	}
	most := looksFirst + 3 + (looksFirst+1)*(patches+1) // the 201 after the last says that nothing is before that
	if n := len(src.read); n > most {
		t.Errorf("%d exchanges are read for %d jobs", n, looksFirst+1)
	}
	for id, n := range src.read {
		if n > 1 {
			t.Errorf("exchange %d is read %d times", id, n)
		}
	}
	r.ask("PATCH", "/api/v4/jobs/299/trace", "x", "Content-Range", "0-0").want(t, 403, "Job-Status", "pending")
	r.ask("PATCH", "/api/v4/jobs/301/trace", "x", "Content-Range", "0-0").want(t, 404)

	first, err := r.First(jobs)
	if err != nil || len(first) != jobs {
		t.Fatalf("%d jobs, %v", len(first), err)
	}
	for i, j := range first {
		want := End{State: "failed", FailureReason: "script_failure", ExitCode: (i + 1) % 100}
		if j.ID != int64(i+1) || j.Recorded != want || j.RecordedLog != int64(len(logOf(i+1))) || j.Name != fmt.Sprint("build ", i+1) {
			t.Fatalf("job %d: %+v", i+1, j)
		}
	}
}

// Whether polls were held or not: jobs come in the order in which they were handed out.
func TestHandOutOrder(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		tape := NewTape("http://gitlab.example")
		type handed struct {
			id int64
			at time.Time
		}
		var want []handed
		for id := int64(1); id < 80; id++ {
			k := handOut(fmt.Sprintf(`{"id":%d}`, id))
			k.Edit = func(x *runnertape.Exchange) {
				if random.IntN(2) == 0 {
					x.Replied = x.Started.Add(time.Duration(random.IntN(50_000)) * time.Millisecond)
				}
				want = append(want, handed{id, x.Replied})
			}
			tape.Add(k)
		}
		slices.SortStableFunc(want, func(a, b handed) int { return a.at.Compare(b.at) })
		r, err := New(tape, Options{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := r.First(len(want))
		if err != nil || len(all) != len(want) {
			t.Fatalf("%d jobs, %v", len(all), err)
		}
		for i := range want {
			if all[i].ID != want[i].id {
				t.Fatalf("seed %d: job %d comes at place %d, want job %d", seed, all[i].ID, i, want[i].id)
			}
			j, err := r.take(&asking{})
			if err != nil || j.id != want[i].id {
				t.Fatalf("seed %d: job %d is handed out, want %d: %v", seed, j.id, want[i].id, err)
			}
		}
	}
}

// What is said of a job before anybody asked for it is what its whole lane says.
func TestEndsWithoutLanes(t *testing.T) {
	for name, tape := range map[string]*Tape{
		"canceled gracefully": canceled("canceling", 202),
		"canceled at once":    canceled("canceled", 403),
		"passed":              job42(),
		"not ended":           NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), patch("42", "0-4", "hello", 202)),
		"nothing said":        NewTape("http://gitlab.example").Add(handOut(`{"id":42}`)),
		"turned away":         NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), patch("42", "0-4", "hello", 202), put("42", `{"state":"success"}`, 202), put("42", `{"state":"success"}`, 200)),
	} {
		r, err := New(tape, Options{})
		if err != nil {
			t.Fatal(err)
		}
		idle, err := r.First(1)
		if err != nil {
			t.Fatal(err)
		}
		j, err := r.take(&asking{})
		if err == nil {
			err = r.index.readLane(j)
		}
		if err != nil {
			t.Fatal(err)
		}
		if idle[0].Recorded != j.end || idle[0].RecordedLog != j.size {
			t.Errorf("%s: %+v, %d bytes; its lane says %+v, %d bytes", name, idle[0].Recorded, idle[0].RecordedLog, j.end, j.size)
		}
	}
}
