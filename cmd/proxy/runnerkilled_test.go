//go:build unix

package main

import (
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"runnertape/fixtures/gitlab"
	"runnertape/proxy"
	"runnertape/replay/replaytest"
)

// An unmodified runner is killed in the middle of a job and started again: each job ends as it was recorded, and
// what needs the artifacts of the one that was killed gets them.
func TestRealRunnerKilled(t *testing.T) {
	bin := realRunner(t)
	s, _ := emptyStage(t, bin, way{name: "reverse", rewrite: true}, gitlab.Config{})
	build := s.server.Enqueue(gitlab.Job{
		Name: "build", Project: "group/project", Script: []string{"echo made by $CI_JOB_ID > result.txt", "for i in 1 2 3 4 5; do echo step $i; sleep 1; done"},
		Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"result.txt"}}},
	})
	s.jobs = []int64{build, s.server.Enqueue(gitlab.Job{Name: "test", Project: "group/project", Script: []string{"cat result.txt", "exit 7"}, DependsOn: []int64{build}})}
	path := s.recordWith(t, func(address string, _ *proxy.CA) { s.runWith(t, s.url(address), nil) })
	s.server.Close()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()

	inside := make(chan struct{}) // closed when the job is in the middle
	var once sync.Once
	var seen strings.Builder
	r := startReplayWith(t, src, func(o *replaytest.Options) {
		o.Replay.LostAfter = 10 * time.Second // on a slow machine too, a runner that prints a line each second is not silent for so long
		o.Replay.Trace = func(_, _ int64, content []byte) {
			if seen.Write(content); strings.Contains(seen.String(), "step 2") {
				once.Do(func() { close(inside) })
			}
		}
	})
	killed := exec.Command(bin, "run-single", "--url", s.url(r.address), "--token", s.server.RunnerToken(), "--executor", "shell", "--shell", "bash",
		"--builds-dir", t.TempDir(), "--max-builds", "1")
	killed.Dir, killed.Env = s.dir, cleanEnv(s.dir)
	mustDo(t, killed.Start())
	select {
	case <-inside:
	case <-t.Context().Done():
	case <-time.After(time.Minute):
		t.Error("the first runner did not come to the middle of its job")
	}
	mustDo(t, killed.Process.Signal(syscall.SIGKILL))
	killed.Wait() // as it was told to

	s.runner(t, s.url(r.address), len(s.jobs), nil)
	receipt := r.end(t, func(difference string) bool {
		return strings.Contains(difference, "lost its runner, which was silent for ")
	})
	if !receipt.Same() || receipt.Jobs[0].Played != 2 || receipt.Jobs[1].PlayedAs != 0 {
		t.Errorf("%+v", receipt.Jobs)
	}
	if log := string(r.Job(receipt.Jobs[0].ID).Trace()); !strings.Contains(log, "step 5") {
		t.Errorf("the second runner sent\n%s", log)
	}
}
