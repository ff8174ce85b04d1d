package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
)

func TestSession(t *testing.T) {
	for seed := range uint64(often(40)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			rnd := newRandom(seed)
			p := newPayload(rnd)
			calls := session(rnd, p)
			r, next := New(testKey), newMemory()
			sink := NewSink(next, r, decode.NewDecoder("https://gitlab.example.com"), func(x *runnertape.Exchange, m decode.Message) {
				fmt.Fprintf(&next.all, "%+v %s\n", m, m.Gist())
			})
			for i, c := range calls {
				drive(t, rnd, sink, uint64(i+1), c)
			}
			noneLeft(t, next, p)
			for i, c := range calls {
				compare(t, next, r, uint64(i+1), c)
			}
			related(t, next, r, p)
			if len(sink.live) != 0 {
				t.Error("exchanges are left in the sink")
			}
		})
	}
}

func noneLeft(t *testing.T, next *memory, p *payload) {
	t.Helper()
	for _, body := range next.bodies { // in all, heads may stand between their pieces
		next.all.WriteByte('\n')
		next.all.Write(body)
	}
	all := next.all.Bytes()
	for _, s := range p.planted {
		for _, spell := range spellings {
			if at := bytes.Index(all, []byte(spell(strings.TrimSpace(s)))); at >= 0 {
				t.Errorf("%q is left: …%s…", s, all[max(0, at-80):min(len(all), at+80)])
			}
		}
	}
	if bytes.Contains(all, []byte(p.runnerPrefix)) {
		t.Error("the short form of the runner token is left")
	}
}

// compare holds lengths, and that a second pass changes nothing.
func compare(t *testing.T, next *memory, r *Redactor, id uint64, c call) {
	t.Helper()
	x := next.final[id]
	if len(x.Request.Target) != len(c.target) || x.Decoded == nil {
		t.Errorf("%s became %s", c.target, x.Request.Target)
	}
	for i, f := range fields(c.request) {
		if got := x.Request.Header[i]; got.Name != f.Name || len(got.Value) != len(f.Value) {
			t.Errorf("%v became %v", f, got)
		}
	}
	for _, side := range sides {
		sent, got := c.body, next.bodies[bodyKey(id, side)]
		rewritten := x.Request.Body.Rewritten
		if side == runnertape.ResponseSide {
			sent, rewritten = c.answer, x.Response.Body.Rewritten
		}
		if len(sent) != len(got) && !rewritten {
			t.Errorf("%s %s: %s of %d bytes became %d", c.method, c.target, side, len(sent), len(got))
		}
		if plain, err := decode.Plain(x.Response.Header, got, decode.MaxMessage); side == runnertape.ResponseSide && rewritten {
			if err != nil || !json.Valid(plain) {
				t.Errorf("packed again it is not JSON: %v", err)
			}
			got = plain
		}
		if twice := r.String(string(got)); twice != string(got) {
			t.Errorf("%s %s: a second pass changes the %s:\n%s", c.method, c.target, side, cmp.Diff(string(got), twice))
		}
	}
}

// related holds that tokens mean the same as before, and that open values stay.
func related(t *testing.T, next *memory, r *Redactor, p *payload) {
	t.Helper()
	handOut := next.final[3]
	plain, err := decode.Plain(handOut.Response.Header, next.bodies[bodyKey(3, runnertape.ResponseSide)], decode.MaxMessage)
	if err != nil {
		t.Fatal(err)
	}
	var job struct {
		ID       int64
		Token    string
		GitInfo  struct{ RepoURL string }  `json:"git_info"`
		JobInfo  struct{ ProjectID int64 } `json:"job_info"`
		Features struct {
			TraceSections bool `json:"trace_sections"`
		}
	}
	if err := json.Unmarshal(plain, &job); err != nil {
		t.Fatal(err)
	}
	if job.Token != r.StandIn(p.job) || job.ID != 1001 || !job.Features.TraceSections {
		t.Errorf("job %+v", job)
	}
	basic, ok := readBasic(next.final[5].Request.Header.Get("Authorization"))
	if !ok || basic.password != job.Token || next.final[4].Request.Header.Get("Job-Token") != job.Token {
		t.Error("the job token is not the same everywhere")
	}
	for _, id := range []uint64{3, 4, 5, 6, 7, 8, 9, 14} { // found by tokens alone
		if next.final[id].Decoded.JobID != 1001 {
			t.Errorf("exchange %d is of job %d", id, next.final[id].Decoded.JobID)
		}
	}
	if location, target := next.final[6].Response.Header.Get("Location"), next.final[7].URL(); location != target {
		t.Errorf("redirect to %s, request for %s", location, target)
	}
	if trace := next.bodies[bodyKey(8, runnertape.RequestSide)]; !bytes.Contains(trace, []byte("my-runner "+decode.ShortToken(r.StandIn(p.runner)))) {
		t.Error("the trace shows another runner than its token")
	}
	for _, value := range p.open {
		if !bytes.Contains(plain, []byte(jsonSafe(value))) {
			t.Errorf("%s was replaced", value)
		}
	}
}

// With nothing to redact the Sink decodes, tells what is opaque, and changes nothing.
func TestSessionKeepingSecrets(t *testing.T) {
	rnd := newRandom(1)
	calls := session(rnd, newPayload(rnd))
	next := newMemory()
	sink := NewSink(next, nil, decode.NewDecoder(), nil)
	for i, c := range calls {
		id := uint64(i + 1)
		want := drive(t, rnd, sink, id, c)
		got := *next.final[id]
		if got.Decoded == nil {
			t.Errorf("exchange %d is not decoded", id)
		}
		got.Decoded = nil
		if want.Response != nil {
			want.Response.Body.Opaque = bytes.HasPrefix(c.answer, []byte("PK"))
		}
		if diff := cmp.Diff(*want, got); diff != "" {
			t.Error(diff)
		}
		if !bytes.Equal(c.body, next.bodies[bodyKey(id, runnertape.RequestSide)]) || !bytes.Equal(c.answer, next.bodies[bodyKey(id, runnertape.ResponseSide)]) {
			t.Errorf("exchange %d has other bodies", id)
		}
	}
}
