package replaytest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// Of a test that has ended nothing is left.
func TestNothingIsLeft(t *testing.T) {
	faketest.LeavesNothing(t, func(t testing.TB) {
		srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1002}}})
		run(t, srv, 0, play)
		srv.Job(1001).Artifacts()[0].ReadFile("result.txt")
	})
}

// Many servers at once do not know of each other.
func TestAtOnce(t *testing.T) {
	for range 16 {
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1002, 1003}}})
			mark := "the log of a runner at " + srv.URL() + "\n"
			run(t, srv, 0, marked(mark))
			for _, j := range srv.Jobs() {
				if !strings.HasSuffix(string(j.Trace()), mark) {
					t.Errorf("log %q", j.Trace())
				}
			}
			if !slices.Equal(srv.Job(1001).Artifacts()[0].ReadFile("result.txt"), []byte(mark)) {
				t.Error("another server's artifact")
			}
		})
	}
}

// marked is play with something of its own in logs and artifacts.
func marked(mark string) runner.Play {
	return func(ctx context.Context, job *runner.Payload) (runner.Played, error) {
		played, err := play(ctx, job)
		played.Log = append(played.Log, mark...)
		if len(played.Files) > 0 {
			played.Files[0].Content = []byte(mark)
		}
		return played, err
	}
}
