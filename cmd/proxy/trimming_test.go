package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/store"
	"runnertape/trim"
)

// Each job of what real runners did replays alone, without what made the artifacts that it downloads.
func TestEachJobReplaysAlone(t *testing.T) {
	paths, err := filepath.Glob("../../fixtures/*.txtar")
	if err != nil || len(paths) < 2 {
		t.Fatalf("fixtures: %v, %v", paths, err)
	}
	for _, path := range paths {
		src, err := openRecording(path)
		mustDo(t, err)
		builder := decode.NewBuilder()
		for x, err := range src.Exchanges() {
			mustDo(t, err)
			builder.Add(x, nil)
		}
		mustDo(t, src.Close())
		for _, job := range builder.Jobs() {
			t.Run(fmt.Sprintf("%s, %s", filepath.Base(path), job.Name), func(t *testing.T) {
				t.Parallel()
				f := &filter{}
				mustDo(t, f.readJobs([]string{fmt.Sprint(job.ID)}))
				p, stop := newProcess(nil, io.Discard, io.Discard)
				defer stop()
				to := filepath.Join(t.TempDir(), "job.db")
				mustDo(t, p.trimTo(&trimSettings{from: path, to: to, filter: f, rules: trim.Rules{Polls: 1}}))
				replayScripted(t, to, false)
			})
		}
	}
}

func TestInterruptedMakesNothing(t *testing.T) {
	const fixture = "../../fixtures/runner-17.9.0-connect.txtar"
	p, stop := newProcess(nil, io.Discard, io.Discard)
	defer stop()
	done, interrupt := context.WithCancel(t.Context())
	interrupt()
	p.done = done
	dir := t.TempDir()
	for what, err := range map[string]error{
		"trim":   p.trimTo(&trimSettings{from: fixture, to: filepath.Join(dir, "trimmed.db"), filter: &filter{}}),
		"merge":  p.mergeTo([]string{fixture, fixture}, filepath.Join(dir, "merged.db"), false),
		"redact": p.redactTo(&redactSettings{from: fixture, to: filepath.Join(dir, "redacted.db")}),
		"import": p.importText(&importSettings{from: fixture, to: filepath.Join(dir, "imported.db")}),
		"export": p.export(fixture, filepath.Join(dir, "exported.txtar"), false),
	} {
		if !errors.Is(err, errInterrupted) || !strings.HasSuffix(err.Error(), "interrupted; nothing was made") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A copy of what has secrets left in it would not tell of them.
func TestUnfinishedIsNotCopied(t *testing.T) {
	dir := t.TempDir()
	killed := filepath.Join(dir, "killed.db")
	w, err := store.Create(killed, runnertape.Recording{Redacted: true, Key: []byte("key")})
	mustDo(t, err)
	w.Owe([]byte("a stand-in to look for"))
	mustDo(t, w.Close())
	p, stop := newProcess(nil, io.Discard, io.Discard)
	defer stop()
	for what, err := range map[string]error{
		"trim":  p.trimTo(&trimSettings{from: killed, to: filepath.Join(dir, "trimmed.db"), filter: &filter{}}),
		"merge": p.mergeTo([]string{killed, killed}, filepath.Join(dir, "merged.db"), false),
	} {
		if err == nil || !strings.Contains(err.Error(), "killed.db: its recorder was killed") || !strings.Contains(err.Error(), "proxy redact") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
