package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/fixtures/gitlab"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// faultsStage is a GitLab with the jobs that fault files are tried with: build makes an artifact, from a clone;
// test needs that; lint fails with 7; and long writes a line each second, for as many as $SECONDS_OF_WORK says.
func faultsStage(t *testing.T, bin string) *stage {
	t.Helper()
	s, sha := emptyStage(t, bin, way{name: "reverse", rewrite: true}, gitlab.Config{})
	build := s.server.Enqueue(gitlab.Job{
		Name: "build", Stage: "build", SHA: sha,
		Script:    []string{"cat hello.txt", "head -c 100000 /dev/urandom > result.bin"},
		Artifacts: []gitlab.Artifact{{Paths: []string{"result.bin"}}},
	})
	s.jobs = []int64{
		build,
		s.server.Enqueue(gitlab.Job{Name: "test", Script: []string{"ls result.bin"}, DependsOn: []int64{build}}),
		s.server.Enqueue(gitlab.Job{Name: "lint", Script: []string{"echo no good", "exit 7"}}),
		s.server.Enqueue(gitlab.Job{Name: "long", Script: []string{"for i in $(seq ${SECONDS_OF_WORK:-5}); do echo line $i; sleep 1; done"}}),
	}
	return s
}

// faulty is a replay of which a shipped file makes something go wrong.
type faulty struct {
	*replaying
	set   *faults.Set
	ends  map[string]string // by job: how it is to end; "" stands for the others
	moved <-chan struct{}   // something has become of a job
}

// startFaulty starts one. now may be nil.
func startFaulty(t *testing.T, src recording, shipped faults.Shipped, seed uint64, now func() time.Time) *faulty {
	t.Helper()
	rules, err := faults.Parse(shipped.Name, shipped.Text)
	mustDo(t, err)
	moved := make(chan struct{}, 1)
	f := &faulty{set: faults.NewSet(seed, rules), ends: map[string]string{}, moved: moved}
	for part := range strings.SplitSeq(shipped.Ends, ", ") {
		name, state, _ := strings.Cut(strings.TrimPrefix(part, "others "), " ")
		if name == "as" {
			name, state = "", "as recorded"
		}
		f.ends[name] = state
	}
	f.replaying = startReplayWith(t, src, func(all *replaytest.Options) {
		all.AllowMisses, all.AllowUnused, all.AllowDifferences = true, true, replaytest.Any // see judge
		o := &all.Replay
		o.Faults, o.Now = f.set, now
		if strings.Contains(shipped.Ends, "running") {
			o.LostAfter = -1 // or what the fault has left alone would be offered again
		}
		o.Logger = slog.New(movements{o.Logger.Handler(), moved})
	})
	return f
}

// movements tells when something has become of a job.
type movements struct {
	slog.Handler
	moved chan<- struct{}
}

func (m movements) Handle(ctx context.Context, r slog.Record) error {
	select {
	case m.moved <- struct{}{}:
	default: // it has been told already
	}
	return m.Handler.Handle(ctx, r)
}

// want is how a job is to end.
func (f *faulty) want(j replay.JobReceipt) string {
	state, ok := f.ends[j.Name]
	if !ok {
		state = f.ends[""]
	}
	if state == "as recorded" {
		state = j.Recorded.State
	}
	return state
}

// faultyState is where a job is. One that was handed out to a runner from 18.5 on, and that GitLab has not heard is taken, is pending
// where it is running with older ones.
func faultyState(j replay.JobReceipt) string {
	if j.HandedOut && j.Replayed.State == "pending" {
		return "running"
	}
	return j.Replayed.State
}

// wait waits until each job is where it is to end.
func (f *faulty) wait(ctx context.Context) error {
	for {
		left := ""
		for _, j := range f.Receipt().Jobs {
			if want := f.want(j); faultyState(j) != want || want == "running" && !f.met(j.ID) {
				left += fmt.Sprintf("job %q is %s, not %s; ", j.Name, faultyState(j), want)
			}
		}
		if left == "" {
			return nil
		}
		select {
		case <-f.moved:
		case <-ctx.Done():
			return fmt.Errorf("%s%w", left, ctx.Err())
		}
	}
}

// met tells whether a fault has met the job, or was to meet none but polls.
func (f *faulty) met(job int64) bool {
	report := f.set.Report()
	return strings.Contains(report.Rules[0].Rule, " request_job ") || slices.ContainsFunc(report.Rules, func(r faults.RuleReport) bool {
		return slices.ContainsFunc(r.Jobs, func(j faults.JobReport) bool { return j.JobID == job })
	})
}

// judge stops the replay, and compares.
func (f *faulty) judge(t *testing.T, never ...string) {
	t.Helper()
	f.Close()
	receipt := f.Receipt()
	for _, j := range receipt.Jobs {
		if want := f.want(j); faultyState(j) != want {
			t.Errorf("job %q: %s, want %s", j.Name, faultyState(j), want)
		}
		differences := slices.DeleteFunc(j.Differences, func(d string) bool { return strings.Contains(d, ": offered again as job ") })
		if state, named := f.ends[j.Name]; (!named || state == "as recorded") && len(differences) > 0 {
			t.Errorf("job %q: %q", j.Name, differences)
		}
	}
	delivered := 0
	for _, r := range receipt.Faults.Rules {
		delivered += r.Delivered
		lucky := strings.Contains(r.Rule, "chance=") || strings.Contains(r.Rule, " keepalive") // a job of a few seconds has none
		if r.Delivered == 0 && !lucky && len(never) == 0 {
			t.Errorf("%s: never happened", r.Rule)
		}
	}
	if delivered == 0 && len(never) == 0 || receipt.Missed > 0 {
		t.Errorf("%d faults, %d missed", delivered, receipt.Missed)
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("%s\n%s", receipt.Summary(), f.said)
	}
}

// eachShipped runs a test of each shipped file, some at a time: they mostly wait.
func eachShipped(t *testing.T, atOnce int, test func(t *testing.T, s faults.Shipped)) {
	var running sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, s := range faults.Catalogue() {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			t.Run(s.Name, func(t *testing.T) { test(t, s) })
		})
	}
	running.Wait()
}
