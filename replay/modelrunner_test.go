package replay

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
)

// modelStep is one thing that the made-up runner does; what its numbers mean depends on what it has come to.
type modelStep struct {
	what string
	job  int // of those it holds
	n, m int
}

// steps are what a seed does. The whole of it is known before anything is asked, so that steps can be left out.
func (m *model) steps() []modelStep {
	r := rand.New(rand.NewPCG(m.seed, 1))
	kinds := []string{"poll", "patch", "patch", "patch", "patch", "again", "gap", "odd range", "overlap", "running", "upload", "download", "final", "finalagain", "stranger", "token", "download with none", "restart", "rest", "nothing", "pending"}
	var steps []modelStep
	if r.IntN(3) == 0 { // else few come to a job that needs what another one has made
		for n := range 4 {
			for _, kind := range []string{"poll", "running", "download", "upload", "final"} {
				steps = append(steps, modelStep{kind, n, r.IntN(3000), r.IntN(3000)})
			}
		}
	}
	for range 20 + r.IntN(80) {
		steps = append(steps, modelStep{kinds[r.IntN(len(kinds))], r.IntN(4), r.IntN(3000), r.IntN(3000)})
	}
	return steps
}

// modelHeld is a job as the runner sees it.
type modelHeld struct {
	id        int64
	spec      *modelJob
	sent      int    // bytes of log the server has, as it told
	last      [2]int // the piece sent last
	confirmed bool   // told that it is running
	uploaded  bool
	over      bool
}

// modelRunner is where the runner is.
type modelRunner struct {
	model *model
	jobs  map[int64]*modelHeld
	order []*modelHeld

	strays int // requests with the token of another job, or of none
}

// do does a step at both servers. What the runner learns it learns from GitLab.
func (w *modelRunner) do(s modelStep, replayed, real *modelPeer) (a, b modelAnswer) {
	both := func(ask func(p *modelPeer) modelAnswer) { a, b = ask(replayed), ask(real) }
	switch s.what {
	case "poll":
		both(func(p *modelPeer) modelAnswer { return p.poll(w.model.twoPhase, w.model.graceful) })
		if b.job != 0 {
			h := &modelHeld{id: b.job, spec: &w.model.jobs[b.job-modelFirstJob]}
			w.jobs[b.job], w.order = h, append(w.order, h)
		}
		return a, b
	case "restart": // of its memory nothing is left but which jobs it has
		for _, h := range w.order {
			h.sent, h.last = 0, [2]int{}
		}
		return a, b
	}
	if len(w.order) == 0 {
		return a, b
	}
	h := w.order[s.job%len(w.order)]
	if w.model.twoPhase && !h.confirmed && (s.what == "running" || s.n%4 > 0) { // such a runner says so before all else, or it should
		h.confirmed = true
		both(func(p *modelPeer) modelAnswer { return p.update(h.id, `{"state":"running"}`) })
		return a, b
	}
	switch s.what {
	case "patch":
		both(w.patch(h, h.sent, h.cut(h.sent+1+s.n%700)))
	case "rest":
		both(w.patch(h, h.sent, len(h.spec.log)))
	case "again":
		both(w.patch(h, h.last[0], h.last[1]))
	case "gap":
		start := min(h.sent+1+s.n%50, len(h.spec.log)-1)
		both(w.patch(h, start, h.cut(start+1+s.m%100)))
	case "odd range": // none that a runner sends
		forms := []string{"%d", "%d-x", "bytes %d-9/10", "+%d-9", "%d -9", "%dx-9", "-%d-9", "x%d-9"}
		both(func(p *modelPeer) modelAnswer {
			return p.patchAt(h.id, fmt.Sprintf(forms[s.n%len(forms)], h.sent), h.spec.log[h.sent:h.cut(h.sent+1+s.m%100)])
		})
		if has, ok := strings.CutPrefix(b.trace, "0-"); ok {
			fmt.Sscan(has, &h.sent)
		}
	case "overlap":
		start := max(0, h.sent-1-s.n%50)
		both(w.patch(h, start, h.cut(start+1+s.m%700)))
	case "running":
		both(func(p *modelPeer) modelAnswer { return p.update(h.id, `{"state":"running"}`) })
	case "pending":
		if !h.over {
			both(func(p *modelPeer) modelAnswer { return p.update(h.id, `{"state":"pending"}`) })
		}
	case "nothing":
		both(func(p *modelPeer) modelAnswer {
			a, _ := p.ask("PATCH", fmt.Sprintf("jobs/%d/trace", h.id), h.id, "x")
			return a
		})
	case "upload":
		if h.spec.upload != "" {
			content, query := h.spec.upload, "artifact_format=zip&artifact_type=archive"
			if s.n%2 == 0 {
				content += "of another run" // now and then the first of them, and then refused
			}
			if s.m%3 == 0 {
				query = "artifact_format=gzip&artifact_type=junit" // a second one, which was not recorded
			}
			both(func(p *modelPeer) modelAnswer { return p.upload(h.id, query, content) })
			h.uploaded = h.uploaded || b.status == http.StatusCreated && s.m%3 != 0
		}
	case "download":
		if len(h.spec.DependsOn) > 0 && !h.over {
			both(func(p *modelPeer) modelAnswer { return p.download(h.id, h.spec.DependsOn[s.n%len(h.spec.DependsOn)]) })
		}
	case "final":
		if h.spec.upload != "" && !h.uploaded {
			break // jobs that others wait for end with their artifacts
		}
		if h.spec.barrier > 0 && w.model.config.FinalAccepted > 0 {
			break // the recording does not know how an end would have been answered
		}
		both(func(p *modelPeer) modelAnswer { return p.update(h.id, h.spec.final()) })
		h.over = h.over || b.status == http.StatusOK
	case "finalagain":
		if h.over {
			both(func(p *modelPeer) modelAnswer { return p.update(h.id, h.spec.final()) })
		}
	case "token": // of another job, perhaps one that has ended, or of none
		w.strays++
		both(func(p *modelPeer) modelAnswer { return w.stray(h, s, p) })
	case "download with none":
		if len(h.spec.DependsOn) > 0 {
			w.strays++
			both(func(p *modelPeer) modelAnswer {
				p.tokens[-1] = []string{"", "glcbt-64_ofNoJobThatThereIs"}[s.m%2]
				return p.download(-1, h.spec.DependsOn[s.n%len(h.spec.DependsOn)])
			})
		}
	case "stranger": // of a job that no runner has
		both(func(p *modelPeer) modelAnswer {
			return p.update(modelFirstJob+int64(len(w.model.jobs)), `{"state":"running"}`)
		})
		a, b = modelAnswer{status: a.status / 100}, modelAnswer{status: b.status / 100} // 403 or 404: to a runner the job is gone
	}
	return a, b
}

// stray speaks of a job with the token of another one.
func (w *modelRunner) stray(h *modelHeld, s modelStep, p *modelPeer) modelAnswer {
	own := p.tokens[h.id]
	defer func() { p.tokens[h.id] = own }()
	p.tokens[h.id] = "glcbt-64_ofNoJobThatThereIs"
	if other := w.order[s.m%len(w.order)]; s.n%4 == 0 {
		p.tokens[h.id] = ""
	} else if other != h {
		p.tokens[h.id] = p.tokens[other.id]
	}
	switch s.n % 3 {
	case 0:
		return p.patch(h.id, h.sent, "not of this job")
	case 1:
		return p.update(h.id, h.spec.final())
	}
	return p.upload(h.id, "artifact_format=zip&artifact_type=archive", "not of this job")
}

// patch sends the log from start to end; what the server then has is believed.
func (w *modelRunner) patch(h *modelHeld, start, end int) func(*modelPeer) modelAnswer {
	if end <= start {
		return func(*modelPeer) modelAnswer { return modelAnswer{} }
	}
	return func(p *modelPeer) modelAnswer {
		a := p.patch(h.id, start, h.spec.log[start:end])
		if has, ok := strings.CutPrefix(a.trace, "0-"); ok {
			fmt.Sscan(has, &h.sent)
		}
		h.last = [2]int{start, end}
		return a
	}
}

// cut is where a piece ends that should end at n. Where somebody cancelled is known as well as logs are alike: pieces
// end before that is near, or behind it.
func (h *modelHeld) cut(n int) int {
	if b := h.spec.barrier; b > 0 && n > b-preamble-1 && n < b {
		n = b
	}
	return min(n, len(h.spec.log))
}
