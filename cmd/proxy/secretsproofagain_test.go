package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/runner"
	"runnertape/redact"
)

// twice redacts what was recorded once more, with the key of the recording: nothing changes.
func (p *proof) twice() {
	p.Helper()
	r, err := openRecording(p.path)
	mustDo(p.T, err)
	defer r.Close()
	kept := keptBodies{}
	sink := redact.NewSink(kept, redact.New(r.Header().Key), decode.NewDecoder(r.Header().Upstream), nil)
	for x, err := range r.Exchanges() {
		mustDo(p.T, err)
		again, err := clone(x)
		mustDo(p.T, err)
		again.State, again.Response = runnertape.InFlight, nil
		mustDo(p.T, sink.Put(again))
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			if side == runnertape.ResponseSide {
				again, err = clone(x)
				mustDo(p.T, err)
				again.State = runnertape.InFlight
				mustDo(p.T, sink.Put(again))
			}
			for piece := range slices.Chunk(readBody(p, r, x.ID, side), 1+int(x.ID)) {
				mustDo(p.T, sink.Write(x.ID, side, piece))
			}
		}
		again, err = clone(x)
		mustDo(p.T, err)
		mustDo(p.T, sink.Put(again))
		what := fmt.Sprintf("redacting exchange %d %s again", x.ID, x.Request.Target)
		for _, e := range []*runnertape.Exchange{x, again} { // what is said of the bytes that passed is another matter
			e.Decoded, e.Request.Body = nil, runnertape.Body{}
			if e.Response != nil {
				e.Response.Body = runnertape.Body{}
			}
		}
		if diff := gocmp.Diff(x, again); diff != "" {
			p.Errorf("%s changes it: %s", what, diff)
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			was, now := readBody(p, r, x.ID, side), kept[fmt.Sprint(x.ID, side)]
			if at := firstDifference(was, now); at >= 0 {
				p.Errorf("%s changes the %s: …%q… becomes …%q…", what, side, around(was, at), around(now, at))
			}
		}
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

func around(b []byte, at int) []byte { return b[max(0, at-40):min(len(b), at+40)] }

// clone is a deep copy.
func clone(x *runnertape.Exchange) (*runnertape.Exchange, error) {
	b, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	again := new(runnertape.Exchange)
	return again, json.Unmarshal(b, again)
}

// keptBodies is a redact.Next.
type keptBodies map[string][]byte

// Put implements redact.Next.
func (k keptBodies) Put(*runnertape.Exchange) error { return nil }

// Write implements redact.Next.
func (k keptBodies) Write(id uint64, side runnertape.Side, p []byte) error {
	name := fmt.Sprint(id, side)
	k[name] = append(k[name], p...)
	return nil
}

// Commit implements redact.Next.
func (k keptBodies) Commit() error { return nil }

// replays has a runner do the recorded jobs again: they end as they did.
func (p *proof) replays() {
	p.Helper()
	src, err := openRecording(p.path)
	mustDo(p.T, err)
	defer src.Close()
	r := startReplay(p.T, src, p.dir)
	versions := []string{"15.7.0", "17.9.0", "18.5.0"}
	ctx, cancel := context.WithTimeout(p.Context(), patience)
	defer cancel()
	result, err := runner.Run(ctx, runner.Config{
		URL: "http://" + r.address, Token: "glrt-a-token-of-its-own", Version: versions[p.session.Seed%uint64(len(versions))], Verify: true,
		MaxIdle: 1, MaxWait: time.Millisecond, PatchSize: int(1 + p.session.Seed%300),
	})
	mustDo(p.T, err)
	r.end(p.T, nil)
	p.clean(p.session.Finder(nil), "what a replay says", []byte(r.said.String()))
	if len(result.Jobs) != len(p.session.Jobs) {
		p.Fatalf("%d jobs were replayed, of %d", len(result.Jobs), len(p.session.Jobs))
	}
	for i, j := range p.session.Jobs {
		if got := result.Jobs[i]; got.ID != j.ID || got.State != j.State || got.ExitCode != j.ExitCode || got.FinalStatus != 200 {
			p.Errorf("job %d ended %s with %d; replayed %+v", j.ID, j.State, j.ExitCode, got)
		}
	}
}
