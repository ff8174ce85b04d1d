package merge

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"runnertape"
)

// tape is a recording in memory.
type tape struct {
	name   string
	header runnertape.Recording
	all    []*runnertape.Exchange
}

func (r *tape) Header() runnertape.Recording { return r.header }

func (r *tape) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range r.all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// newTape is a recording begun at a second, of exchanges as "ID@SECOND/CONN TARGET", with "open" behind one that has not ended.
func newTape(name string, begun int64, exchanges ...string) *tape {
	r := &tape{name: name, header: runnertape.Recording{Created: time.Unix(begun, 0).UTC(), Upstream: "http://gitlab.test"}}
	for _, text := range exchanges {
		var id, conn uint64
		var at int64
		var target, open string
		fmt.Sscanf(text, "%d@%d/%d %s %s", &id, &at, &conn, &target, &open)
		x := &runnertape.Exchange{
			ID: id, State: runnertape.Done, Conn: conn, Client: fmt.Sprintf("10.0.0.1:%d", conn), Scheme: "http", Host: "gitlab.test", Started: time.Unix(at, 5).UTC(),
			Ended: time.Unix(at, 9).UTC(), Request: runnertape.Request{Method: "GET", Target: target}, Response: &runnertape.Response{Status: 200},
		}
		if open != "" {
			x.State, x.Ended, x.Response = runnertape.InFlight, time.Time{}, nil
		}
		r.all = append(r.all, x)
	}
	return r
}

func inputs(tapes ...*tape) (all []Input) {
	for _, r := range tapes {
		all = append(all, Input{Name: r.name, Source: r})
	}
	return all
}

func mustMerge(t *testing.T, tapes ...*tape) *Merge {
	t.Helper()
	m, err := New(inputs(tapes...))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// told is the merged recording in the words of newTape, with the input and the id that each comes from.
func told(t *testing.T, m *Merge) (lines []string) {
	t.Helper()
	for x, err := range m.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d@%d/%d %s", x.ID, x.Started.Unix(), x.Conn, x.Request.Target)
		if x.State != runnertape.Done {
			line += " open"
		}
		lines = append(lines, fmt.Sprintf("%s of %d.%d", line, x.From, x.Was))
	}
	return lines
}

func TestOrder(t *testing.T) {
	for _, test := range []struct {
		name       string
		tapes      []*tape
		want       []string
		duplicates int64
	}{
		{
			"files of one recording keep ids",
			[]*tape{newTape("b", 1, "3@30/1 /c", "5@40/2 /e"), newTape("a", 1, "1@10/1 /a", "2@20/1 /b", "4@35/1 /d")},
			[]string{"1@10/1 /a of 1.1", "2@20/1 /b of 1.2", "3@30/1 /c of 0.3", "4@35/1 /d of 1.4", "5@40/2 /e of 0.5"},
			0,
		},
		{
			"what is there twice is taken from where it has ended",
			[]*tape{newTape("a", 1, "1@10/1 /a open", "2@20/1 /b", "3@30/1 /c open"), newTape("b", 1, "1@10/1 /a", "2@20/1 /b", "3@30/1 /c open")},
			[]string{"1@10/1 /a of 1.1", "2@20/1 /b of 0.2", "3@30/1 /c open of 0.3"},
			3,
		},
		{
			"different recordings go by time, each in its order",
			[]*tape{newTape("a", 1, "7@10/1 /a", "8@30/3 /b", "9@20/1 /c"), newTape("b", 2, "1@15/1 /x", "2@30/1 /y", "3@31/0 /z")},
			[]string{"1@10/1 /a of 0.7", "2@15/4 /x of 1.1", "3@30/3 /b of 0.8", "4@30/4 /y of 1.2", "5@20/1 /c of 0.9", "6@31/0 /z of 1.3"},
			0,
		},
		{
			"one recording in three files, between which another is",
			[]*tape{newTape("a", 1, "1@10/1 /a"), newTape("x", 2, "1@15/1 /x"), newTape("b", 1, "2@20/2 /b", "3@20/2 /b")},
			[]string{"1@10/1 /a of 0.1", "2@15/3 /x of 1.1", "3@20/2 /b of 2.2", "4@20/2 /b of 2.3"},
			0,
		},
		{
			"with what it was made of",
			[]*tape{newTape("merged", 1, "1@10/1 /a", "2@15/2 /x", "3@20/1 /b", "4@20/1 /c"), newTape("a", 1, "1@10/1 /a", "2@20/1 /b", "3@20/1 /c")},
			[]string{"1@10/1 /a of 0.1", "2@15/2 /x of 0.2", "3@20/1 /b of 0.3", "4@20/1 /c of 0.4"},
			3,
		},
		{
			"with what it was made of, not ended",
			[]*tape{newTape("merged", 3, "1@10/1 /a open", "2@15/2 /x"), newTape("a", 1, "1@10/1 /a")},
			[]string{"1@10/3 /a of 1.1", "2@15/2 /x of 0.2"},
			1,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := mustMerge(t, test.tapes...)
			for range 2 { // each reading is the same
				if diff := gocmp.Diff(test.want, told(t, m)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if m.Duplicates() != test.duplicates {
					t.Errorf("%d duplicates", m.Duplicates())
				}
			}
		})
	}
}

func TestHeader(t *testing.T) {
	a, b := newTape("a", 5, "1@10/1 /a"), newTape("b", 5, "2@20/1 /b")
	a.header.Program = "some"
	if m := mustMerge(t, a, b); !m.IsOne() || m.Header().Program != "some" {
		t.Errorf("of one recording: %+v", m.Header())
	}
	b.header.Created, b.header.Upstream = time.Unix(3, 0).UTC(), "http://other.test"
	m := mustMerge(t, a, b)
	if h := m.Header(); m.IsOne() || h.Upstream != "" || !h.Created.Equal(b.header.Created) {
		t.Errorf("of different ones: %+v", h)
	}
	if got := strings.Join(m.Upstreams(), " "); got != "http://gitlab.test http://other.test" {
		t.Errorf("upstreams %s", got)
	}
}

// of is a recording with one exchange of a job, by the token it was given.
func (r *tape) of(job int64, token string) *tape {
	x := r.all[0]
	x.Request.Method, x.Response.Status = "PATCH", 202
	x.Request.Header = runnertape.Header{{Name: "Job-Token", Value: token}}
	x.Decoded = &runnertape.Decoded{Endpoint: "patch_trace", JobID: job}
	return r
}

func TestWhatDoesNotGoTogether(t *testing.T) {
	one := func(name string, begun int64) *tape { return newTape(name, begun, "1@10/1 /a") }
	with := func(r *tape, change func(*tape)) *tape {
		change(r)
		return r
	}
	redacted := func(r *tape) { r.header.Redacted, r.header.Key = true, []byte("key") }
	for _, test := range []struct {
		name  string
		tapes []*tape
		want  string // "" if they do
	}{
		{"edited", []*tape{one("a", 1), with(one("b", 1), func(r *tape) { r.all[0].Response.Status = 404 })}, "exchange 1, GET /a, is not the same in a and in b"},
		{"edited, as different recordings", []*tape{one("a", 1), with(one("b", 2), func(r *tape) { r.all[0].Response.Status = 404 })}, "exchange 1, GET /a, is not the same in a and in b"},
		{"edited, of a client that is not known", []*tape{
			with(one("a", 1), func(r *tape) { r.all[0].Client = "" }),
			with(one("b", 2), func(r *tape) { r.all[0].Client, r.all[0].Response.Status = "", 404 }),
		}, ""},
		{"decoded otherwise", []*tape{one("a", 1), with(one("b", 1), func(r *tape) { r.all[0].Decoded = &runnertape.Decoded{Endpoint: "git"} })}, ""},
		{"redacted and not", []*tape{one("a", 1), with(one("b", 2), redacted)}, "b is redacted and a is not; first redact that with the same stand-ins: proxy redact a --key-of b -o NEW"},
		{"not redacted and redacted", []*tape{with(one("a", 1), redacted), one("b", 2)}, "a is redacted and b is not; first redact that with the same stand-ins: proxy redact b --key-of a -o NEW"},
		{"other keys", []*tape{with(one("a", 1), redacted), with(one("b", 1), func(r *tape) { r.header.Redacted, r.header.Key = true, []byte("other") })}, "a and b were redacted with different keys"},
		{"one key", []*tape{with(one("a", 1), redacted), with(one("b", 1), redacted)}, ""},
		{"two halves of a job", []*tape{one("a", 1).of(42, "token"), newTape("b", 2, "1@20/1 /b").of(42, "token")}, ""},
		{"two jobs of one number", []*tape{one("a", 1).of(42, "token"), newTape("b", 2, "1@20/1 /b").of(42, "other")}, "job 42 is another one in b than in a"},
		{"refused with another token", []*tape{one("a", 1).of(42, "token"), with(newTape("b", 2, "1@20/1 /b").of(42, "other"), func(r *tape) { r.all[0].Response.Status = 403 })}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := New(inputs(test.tapes...))
			if err == nil {
				for _, failed := range m.Exchanges() {
					err = cmp.Or(err, failed)
				}
			}
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// Random recordings: nothing is lost, ids and connections are unique, what was in order stays so.
func TestRandomRecordings(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		var tapes []*tape
		total := 0
		for n := range 2 + rnd.IntN(3) {
			var exchanges []string
			at := 100 + rnd.Int64N(20)
			for id := range 1 + rnd.IntN(12) {
				exchanges = append(exchanges, fmt.Sprintf("%d@%d/%d /%d-%d", id+1, at, 1+rnd.IntN(3), n, id))
				at += rnd.Int64N(4)
			}
			total += len(exchanges)
			tapes = append(tapes, newTape(fmt.Sprint(n), int64(n+1), exchanges...))
		}
		m := mustMerge(t, tapes...)
		var last Taken
		owner := map[uint64]int{}
		was := make([]uint64, len(tapes))
		for x, err := range m.Exchanges() {
			switch of, known := owner[x.Conn]; {
			case err != nil:
				t.Fatal(err)
			case x.ID != 1 && x.ID != last.ID+1:
				t.Errorf("seed %d: id %d after %d", seed, x.ID, last.ID)
			case last.Exchange != nil && x.Started.Before(last.Started):
				t.Errorf("seed %d: exchange %d began before the one before", seed, x.ID)
			case known && of != x.From:
				t.Errorf("seed %d: connection %d is of two recordings", seed, x.Conn)
			case x.Was <= was[x.From]:
				t.Errorf("seed %d: exchange %d of %d came after %d", seed, x.Was, x.From, was[x.From])
			}
			owner[x.Conn], was[x.From], last, total = x.From, x.Was, x, total-1
		}
		if total != 0 || m.Duplicates() != 0 {
			t.Errorf("seed %d: %d are missing", seed, total)
		}

		// and what was merged, with what it is of, is what it was
		whole := &tape{name: "whole", header: m.Header()}
		for x := range m.Exchanges() {
			whole.all = append(whole.all, x.Exchange)
		}
		again := told(t, mustMerge(t, slices.Insert(slices.Clone(tapes), rnd.IntN(len(tapes)+1), whole)...))
		if len(again) != len(whole.all) {
			t.Errorf("seed %d: %d exchanges, of which there are %d:\n%s", seed, len(again), len(whole.all), strings.Join(again, "\n"))
		}
	}
}

// What is written to a recording between two readings of it is not taken.
func TestGrowing(t *testing.T) {
	a, b := newTape("a", 1, "1@10/1 /a"), newTape("b", 2, "1@20/1 /b")
	m := mustMerge(t, a, b)
	a.all = append(a.all, newTape("", 1, "2@15/9 /later").all...)
	if got := told(t, m); len(got) != 2 {
		t.Errorf("%d exchanges:\n%s", len(got), strings.Join(got, "\n"))
	}
}
