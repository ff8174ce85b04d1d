package replay

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"runnertape/fixtures/gitlab"
)

var (
	modelSeeds = flag.Int("model-seeds", 300, "how many made-up runners TestModel lets loose")
	modelSeed  = flag.Uint64("model-seed", 1, "the first of them")
)

// A runner made up from a seed does what the protocol allows, in no order that any real one has: it cuts its log
// anywhere, sends pieces again or too early, talks of several jobs at a time, forgets what it had, and goes on after the
// end. It asks a replay and a GitLab that runs the same jobs for the first time: both must answer the same in every step.
//
//	go test ./replay -run TestModel -model-seeds 5000
//	go test ./replay -run TestModel -model-seeds 1 -model-seed 42
func TestModel(t *testing.T) {
	seeds := *modelSeeds
	if testing.Short() {
		seeds = min(seeds, 30)
	}
	for n := range seeds {
		seed := *modelSeed + uint64(n)
		m := newModel(seed)
		steps := m.steps()
		if m.run(t, steps) == "" {
			continue
		}
		steps = shrink(steps, func(steps []modelStep) bool { return m.run(t, steps) != "" })
		t.Fatalf("seed %d: %s\nafter\n%s", seed, m.run(t, steps), list(steps))
	}
}

// shrink leaves out what a failure does not need.
func shrink(steps []modelStep, fails func([]modelStep) bool) []modelStep {
	for size := len(steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(steps); {
			fewer := slices.Delete(slices.Clone(steps), at, at+size)
			if fails(fewer) {
				steps = fewer
			} else {
				at += size
			}
		}
	}
	return steps
}

func list(steps []modelStep) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "  %s job %d, %d, %d\n", s.what, s.job, s.n, s.m)
	}
	return b.String()
}

// model is what one seed stands for: the jobs, and the runner that recorded them.
type model struct {
	seed     uint64
	config   gitlab.Config
	jobs     []modelJob
	twoPhase bool // of the runner that is replayed for
	graceful bool
	wasTwo   bool // of the one that was recorded
}

// modelJob is a job as it was recorded.
type modelJob struct {
	gitlab.Job
	log     string
	state   string
	exit    int
	upload  string // content of its archive; "" for none
	barrier int    // bytes of log at which somebody cancels it, 0 for never
}

const modelFirstJob = 1001 // as the stand-in numbers them

func newModel(seed uint64) *model {
	r := rand.New(rand.NewPCG(seed, 0))
	m := &model{seed: seed, twoPhase: r.IntN(2) == 0, graceful: r.IntN(2) == 0, wasTwo: r.IntN(2) == 0}
	if r.IntN(3) == 0 {
		m.config.FinalAccepted = 1 + r.IntN(2)
	}
	for n := range 1 + r.IntN(4) {
		j := modelJob{Job: gitlab.Job{Name: fmt.Sprint("job", n), Script: []string{"make"}}, state: "success"}
		for k := range 1 + r.IntN(200) {
			j.log += fmt.Sprintf("line %d of job %d\n", k, n)
		}
		switch r.IntN(4) {
		case 0:
			j.state, j.exit = "failed", r.IntN(3)
		case 1:
			if len(j.log) > 2000 {
				j.barrier = 1200 + r.IntN(len(j.log)-1300)
				j.CancelWhen = &gitlab.Cancel{AtBytes: int64(j.barrier), Force: !m.graceful || r.IntN(2) == 0}
			}
		}
		if j.state == "success" && j.barrier == 0 && r.IntN(2) == 0 {
			j.upload = strings.Repeat(fmt.Sprint("artifact of ", n), 1+r.IntN(1000))
		}
		for k, earlier := range m.jobs {
			if earlier.upload != "" && r.IntN(2) == 0 {
				j.DependsOn = append(j.DependsOn, modelFirstJob+int64(k))
			}
		}
		m.jobs = append(m.jobs, j)
	}
	return m
}

// serve starts a GitLab with the model's jobs.
func (m *model) serve(t *testing.T) *gitlab.Server {
	t.Helper()
	s, err := gitlab.Start(m.config)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range m.jobs {
		s.Enqueue(j.Job)
	}
	return s
}

// record lets a plain runner take all jobs, one after the other.
func (m *model) record(t *testing.T) *Tape {
	t.Helper()
	s := m.serve(t)
	defer s.Close()
	tape := NewTape(s.URL())
	recorder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { tape.pass(w, req, s.URL()) }))
	defer recorder.Close()
	p := newModelPeer(recorder.URL, s.RunnerToken())
	for range m.jobs {
		got := p.poll(m.wasTwo, m.graceful)
		i := int(got.job) - modelFirstJob
		if got.status != http.StatusCreated {
			t.Fatalf("seed %d: recording: poll answered with %d", m.seed, got.status)
		}
		j := &m.jobs[i]
		if m.wasTwo {
			p.update(got.job, `{"state":"running"}`)
		}
		for _, d := range j.DependsOn {
			p.download(got.job, d)
		}
		// a piece ends where somebody cancels, so that the recording says where that was
		status := ""
		for at, end := 0, 0; at < len(j.log) && !stops(status); at = end {
			end = min(at+700, len(j.log))
			if at < j.barrier {
				end = min(end, j.barrier)
			}
			status = p.patch(got.job, at, j.log[at:end]).jobStatus
		}
		if aborts(status) {
			continue
		}
		if j.upload != "" {
			p.upload(got.job, "artifact_format=zip&artifact_type=archive", j.upload)
		}
		for range m.config.FinalAccepted + 1 {
			p.update(got.job, j.final())
		}
	}
	return tape
}

// final is the body of the update that ends the job as it was recorded.
func (j *modelJob) final() string {
	switch {
	case j.state == "success":
		return `{"state":"success"}`
	case j.exit != 0:
		return fmt.Sprintf(`{"state":"failed","failure_reason":"script_failure","exit_code":%d}`, j.exit)
	}
	return `{"state":"failed","failure_reason":"runner_system_failure"}`
}

// run does the steps at both, and says how their answers differ; "" if they do not.
func (m *model) run(t *testing.T, steps []modelStep) string {
	t.Helper()
	r, err := New(m.record(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	door := httptest.NewServer(r)
	defer door.Close()
	s := m.serve(t)
	defer s.Close()
	replayed, real := newModelPeer(door.URL, "glrt-any-token-is-good"), newModelPeer(s.URL(), s.RunnerToken())
	w := &modelRunner{model: m, jobs: map[int64]*modelHeld{}}
	for i, step := range steps {
		a, b := w.do(step, replayed, real)
		if a != b {
			return fmt.Sprintf("step %d, %s job %d: the replay answers %+v, GitLab %+v", i, step.what, step.job, a, b)
		}
	}
	if told := len(r.Receipt().WrongTokens); told != w.strays {
		return fmt.Sprintf("%d wrong tokens, of which %d were told", w.strays, told)
	}
	return ""
}
