package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"runnertape/fixtures"
	"runnertape/proxy"
)

var (
	updateFixtures = flag.Bool("update-fixtures", false, "write the recordings that the shapes ask for of this gitlab-runner to fixtures/")
	updateTable    = flag.Bool("update-fixtures-table", false, "rewrite the tables of fixtures/README.md")
)

// An unmodified runner is recorded in each shape that asks for one of its version, by the way the shape says. The recording
// has what the shape says, no secret, and replays with the same runner to the same ends.
func TestRealRunnerShapes(t *testing.T) {
	bin := realRunner(t)
	version := versionOf(t, bin)
	for _, k := range catalogue(t) {
		if k.version != version {
			continue
		}
		t.Run(k.name+"/"+k.way, func(t *testing.T) {
			path := k.record(t, bin)
			if *updateFixtures && !t.Failed() {
				writeFixture(t, path, k.path)
			}
		})
	}
}

// record records one runner, and tries the recording with the same runner.
func (k kept) record(t *testing.T, bin string) (path string) {
	t.Helper()
	s := k.stage(t, bin, ways[slices.IndexFunc(ways, func(w way) bool { return w.name == k.way })])
	secrets := []string{masked, shapeRegistration, shapePersonal, shapeSecretKey, s.server.RunnerToken()}
	for _, id := range s.jobs {
		secrets = append(secrets, s.server.Job(id).Token)
	}
	path = s.recordWith(t, func(address string, ca *proxy.CA) {
		s.runShape(t, s.url(address), s.env(address), s.flags(ca.File()), s.jobsEnded)
	}, secrets...)
	if wrong := s.server.Violations(); len(wrong) > 0 {
		t.Errorf("GitLab complains: %s", strings.Join(wrong, "\n"))
	}
	s.server.Close()
	if found, said := proxyScan(t, path); found {
		t.Errorf("a scan finds\n%s", said)
	}
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	k.check(t, src, rebuild(t, src))
	s.replayShape(t, src)
	return path
}

// replayShape lets the runner do with a replay what it did with GitLab, which is gone.
func (s *stage) replayShape(t *testing.T, src recording) {
	t.Helper()
	r := startReplay(t, src)
	s.runShape(t, s.url(r.address), s.env(r.address), s.flags(r.CAFile()), func(ctx context.Context) error {
		select {
		case <-r.Done():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if receipt := r.end(t, nil); !receipt.Same() || len(receipt.Jobs) != len(s.shape.Jobs) {
		t.Errorf("receipt: %s", receipt.Summary())
	}
}

// writeFixture writes the recording at path as the text recording at to, in the place of the one before.
func writeFixture(t *testing.T, path, to string) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	mustDo(t, toOutput(to, io.Discard, func(w io.Writer) error { return fixtures.Write(w, src) }))
}
