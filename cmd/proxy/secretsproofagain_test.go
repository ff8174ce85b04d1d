package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/fixtures/planted"
	"runnertape/fixtures/runner"
)

// twice redacts what was recorded once more: nothing changes.
func (p *proof) twice() {
	p.Helper()
	path := filepath.Join(p.dir, "again.db")
	p.view("redact", p.path, "-o", path)
	was, err := openRecording(p.path)
	mustDo(p.T, err)
	defer was.Close()
	now, err := openRecording(path)
	mustDo(p.T, err)
	defer now.Close()
	if !bytes.Equal(was.Header().Key, now.Header().Key) {
		p.Errorf("redacting again takes another key")
	}
	next, stop := iter.Pull2(now.Exchanges())
	defer stop()
	for x, err := range was.Exchanges() {
		mustDo(p.T, err)
		again, err, ok := next()
		mustDo(p.T, err)
		if !ok {
			p.Errorf("redacting again leaves out exchange %d", x.ID)
			return
		}
		what := fmt.Sprintf("redacting %s %s again", p.named(x.ID), x.Request.Target)
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			before, after := planted.Unslashed(readBody(p, was, x.ID, side)), planted.Unslashed(readBody(p, now, x.ID, side))
			if at := firstDifference(before, after); at >= 0 {
				p.Errorf("%s changes the %s: …%q… becomes …%q…", what, side, around(before, at), around(after, at))
			}
		}
		x.Decoded, again.Decoded = nil, nil                  // it may know more now
		for _, x := range []*runnertape.Exchange{x, again} { // the bodies are compared
			x.Request.Body.SHA256 = runnertape.Digest{}
			if x.Response != nil {
				x.Response.Body.SHA256 = runnertape.Digest{}
			}
		}
		if diff := cmp.Diff(x, again); diff != "" {
			p.Errorf("%s changes it: %s", what, diff)
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

// replays has a runner do the recorded jobs again: they end as they did.
func (p *proof) replays() {
	p.Helper()
	src, err := openRecording(p.path)
	mustDo(p.T, err)
	defer src.Close()
	r := startReplay(p.T, src)
	versions := []string{"15.7.0", "17.9.0", "18.5.0"}
	ctx, cancel := context.WithTimeout(p.Context(), patience)
	defer cancel()
	result, err := runner.Run(ctx, runner.Config{
		URL: r.URL(), Token: "glrt-a-token-of-its-own", Version: versions[p.session.Seed%uint64(len(versions))], Verify: true,
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
