package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
	"runnertape/fixtures/runner"
)

// Every recording of a real runner in fixtures/ dumps, gives back its logs, and
// replays to the recorded ends with the scripted runner, which clones with git.
func TestFixtures(t *testing.T) {
	paths, err := filepath.Glob("../../fixtures/*.txtar")
	if err != nil || len(paths) < 2 {
		t.Fatalf("fixtures: %v, %v", paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			src, err := openRecording(path)
			mustDo(t, err)
			defer src.Close()
			dumpFixture(t, src)
			replayFixture(t, src)
		})
	}
}

func dumpFixture(t *testing.T, src recording) {
	t.Helper()
	builder := decode.NewBuilder()
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		if x.Decoded.Endpoint == string(decode.Unknown) {
			t.Errorf("exchange %d %s %s is unknown", x.ID, x.Request.Method, x.Request.Target)
		}
		builder.Add(x, nil)
	}
	p, stop, _ := testProcess(t)
	defer stop()
	for _, job := range builder.Jobs() {
		var log bytes.Buffer
		w := bufio.NewWriter(&log)
		f := &filter{}
		mustDo(t, f.readJobs([]string{strconv.FormatInt(job.ID, 10)}))
		mustDo(t, showTrace(&dumper{process: p, src: src}, w, f.selected(src, src.Exchanges())))
		mustDo(t, w.Flush())
		if !strings.Contains(log.String(), "Running with gitlab-runner") || len(job.TraceGaps()) > 0 {
			t.Errorf("job %d: log of %d bytes, gaps %v", job.ID, log.Len(), job.TraceGaps())
		}
		seen, err := decode.ReadLog(job, func(id uint64, from int64) (io.ReadCloser, error) {
			return contents.OfBody(src, id, runnertape.RequestSide)(from)
		}, src.Header().Redacted)
		mustDo(t, err)
		if seen.Bytes != int64(log.Len()) || len(seen.Sections) < 2 || seen.Sections[0].Ended.IsZero() {
			t.Errorf("job %d: %+v", job.ID, seen)
		}
		if seen.Claim == nil || seen.Verdict == decode.Differs && job.CanceledBy == nil { // they are from before patches had checksums
			t.Errorf("job %d: the runner's claim %s: %s", job.ID, seen.Verdict, seen.Reason)
		}
		for _, u := range job.Updates { // a canceled job's last patches were refused
			if u.Final() && u.Status == 200 && u.Bytesize != int64(log.Len()) {
				t.Errorf("job %d: log of %d bytes, the runner said %d", job.ID, log.Len(), u.Bytesize)
			}
		}
	}
}

func replayFixture(t *testing.T, src recording) {
	t.Helper()
	dir := t.TempDir()
	r := startReplay(t, src)
	_, err := runner.Run(t.Context(), runner.Config{
		URL: r.URL(), Token: "glrt-some-other-runners-token", Version: "18.5.0",
		MaxIdle: 1, MaxWait: time.Millisecond, Play: func(ctx context.Context, job *runner.Payload) (runner.Played, error) {
			return playFixture(ctx, job, dir)
		},
	})
	if err != nil {
		t.Error(err)
	}
	r.end(t, func(difference string) bool {
		return strings.HasPrefix(difference, "git ") // this git asks for other refs than the runner's did, and gets them
	})
}

// playFixture does what the jobs of the fixtures do, by their names.
func playFixture(ctx context.Context, job *runner.Payload, dir string) (runner.Played, error) {
	played := runner.Played{Log: runner.Preamble(job), State: "success"}
	switch job.JobInfo.Name {
	case "build":
		if _, err := exec.LookPath("git"); err != nil {
			return played, err
		}
		clone := filepath.Join(dir, "clone")
		if err := os.Mkdir(clone, 0o700); err != nil {
			return played, err
		}
		log, err := runner.Clone(ctx, job, clone, cleanEnv(dir)...)
		if err != nil {
			return played, err
		}
		played.Log = append(played.Log, log...)
		played.Files = []runner.File{{Path: "result.txt", Content: []byte("result\n")}}
	case "lint":
		played.State, played.FailureReason, played.ExitCode = "failed", "script_failure", 7
	case "wait":
		played.WaitForCancel = true
	}
	return played, nil
}
