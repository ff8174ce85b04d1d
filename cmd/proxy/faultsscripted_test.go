package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
	"runnertape/proxy"
)

// The scripted runner under each shipped fault file, as two versions. It is quicker than a real one, and its time is
// that of a clock that goes on by itself.
func TestFaultsScriptedRunner(t *testing.T) {
	s := scriptedStage(t)
	path := s.recordWith(t, func(address string, _ *proxy.CA) { runScripted(t, "17.9.0", address, s.server.RunnerToken(), nil) })
	s.server.Close()
	for _, version := range []string{"17.9.0", "19.3.0"} {
		eachShipped(t, 4, func(t *testing.T, shipped faults.Shipped) {
			switch {
			case strings.HasPrefix(shipped.Name, "git-"):
				t.Skip("NOT RUN: the scripted runner clones nothing")
			case shipped.Name == "slow-network":
				t.Skip("NOT RUN: it would only wait")
			}
			src, err := openRecording(path)
			mustDo(t, err)
			defer src.Close()
			clock := &ticking{step: 1500 * time.Millisecond} // so that ten seconds are fewer than the tries of a runner
			if strings.HasPrefix(shipped.Ends, "long ") {
				clock.step = 300 * time.Millisecond // and fifteen are more than a job has requests
			}
			f := startFaulty(t, src, shipped, 1, clock.now)
			runScripted(t, version, f.address, "glrt-any-token-at-all-is-good", f.ends)
			f.judge(t, neverWith(version, shipped)...)
		})
	}
}

// The same seed makes the same go wrong for the same runner, and another seed something else.
func TestFaultsSeed(t *testing.T) {
	s := scriptedStage(t)
	path := s.recordWith(t, func(address string, _ *proxy.CA) { runScripted(t, "17.9.0", address, s.server.RunnerToken(), nil) })
	s.server.Close()
	shipped, _ := faults.Find("dropped-connections")
	happened := func(seed uint64) string {
		src, err := openRecording(path)
		mustDo(t, err)
		defer src.Close()
		f := startFaulty(t, src, shipped, seed, (&ticking{step: time.Second}).now)
		runScripted(t, "19.3.0", f.address, "glrt-any-token-at-all-is-good", f.ends)
		f.judge(t)
		text := ""
		for _, r := range f.set.Report().Rules {
			text += r.Rule
			for _, j := range r.Jobs {
				text += fmt.Sprintf(" %d:%d", j.JobID, j.Delivered)
			}
			text += "\n"
		}
		return text
	}
	first := happened(1)
	if again := happened(1); again != first {
		t.Errorf("the same seed: first\n%sthen\n%s", first, again)
	}
	if other := happened(2); other == first {
		t.Errorf("another seed makes the same happen\n%s", other)
	}
}

// neverWith are the files whose fault a runner of that version does not meet.
func neverWith(version string, shipped faults.Shipped) []string {
	if shipped.Name == "pickup-refused" && version < "18.5" {
		return []string{shipped.Name}
	}
	return nil
}

// ticking is a clock that goes on by a step each time it is looked at.
type ticking struct {
	step time.Duration

	mu   sync.Mutex
	time time.Time // guarded by mu
}

func (c *ticking) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.time.IsZero() {
		c.time = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	}
	c.time = c.time.Add(c.step)
	return c.time
}

// scriptedStage has the jobs of faultsStage, as the scripted runner can play them.
func scriptedStage(t *testing.T) *stage {
	t.Helper()
	s, _ := emptyStage(t, "", way{name: "reverse", rewrite: true}, gitlab.Config{})
	build := s.server.Enqueue(gitlab.Job{Name: "build", Script: []string{"echo building"}, Artifacts: []gitlab.Artifact{{Paths: []string{"result.bin"}}}})
	s.server.Enqueue(gitlab.Job{Name: "test", Script: []string{"echo testing"}, DependsOn: []int64{build}})
	s.server.Enqueue(gitlab.Job{Name: "lint", Script: []string{"echo no good", "exit 7"}})
	s.server.Enqueue(gitlab.Job{Name: "long", Script: []string{"echo working"}})
	return s
}

// runScripted plays jobs until there are none. A job that is to be stopped does not end by itself.
func runScripted(t *testing.T, version, address, token string, ends map[string]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := runner.Config{
		URL: "http://" + address, Token: token, Version: version,
		MaxIdle: 60, MaxWait: time.Millisecond, PatchSize: 500,
		Play: func(ctx context.Context, p *runner.Payload) (runner.Played, error) {
			played, err := runner.Perform(ctx, p)
			for i := range played.Files {
				content := make([]byte, 100_000) // so that there is a middle to break off in
				rand.NewChaCha8([32]byte{}).Read(content)
				played.Files[i].Content = content
			}
			played.WaitForCancel = ends[p.JobInfo.Name] == "canceled" || ends[p.JobInfo.Name] == "failed" && p.JobInfo.Name == "long"
			return played, err
		},
	}
	for {
		_, err := runner.Run(ctx, c)
		if (errors.Is(err, runner.ErrForbidden) || errors.Is(err, runner.ErrNotTaken)) && ends != nil { // a real one goes on
			continue
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
}
