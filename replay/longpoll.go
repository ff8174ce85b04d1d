package replay

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"time"

	"runnertape"
	"runnertape/decode"
)

// bell is what changes whenever there may be a job that there was not before. Runners carry its value as last_update: one that has
// the newest can be held until it changes (GitLab app/models/ci/runner.rb ensure_runner_queue_value).
type bell struct {
	value string
	rung  chan struct{} // closed when it changes
}

func newBell(value string) bell { return bell{value: value, rung: make(chan struct{})} }

// ring lets everybody look again.
func (b *bell) ring() {
	close(b.rung)
	*b = newBell(madeValue())
}

// madeValue is a value of the form that GitLab's have.
func madeValue() string {
	p := make([]byte, 16)
	rand.Read(p)
	return hex.EncodeToString(p)
}

// Header fields of polls. The second is added where polls may be held (GitLab lib/api/ci/helpers/job_request.rb,
// workhorse/internal/builds/register.go).
const (
	headerLastUpdate = "X-GitLab-Last-Update"
	headerPolling    = "Gitlab-Ci-Builds-Polling"
)

// polled is what recorded polls that gave no job tell.
type polled struct {
	value string        // of X-GitLab-Last-Update; "" if none had one
	held  time.Duration // how long the longest was held
}

// maxPolled is how many of them are read.
const maxPolled = 500

// sawPoll takes a poll that gave no job.
func (p *polled) sawPoll(x *runnertape.Exchange) {
	if p.value == "" {
		p.value = x.Response.Header.Get(headerLastUpdate)
	}
	p.held = max(p.held, x.Replied.Sub(x.Started))
}

// readPolled reads one poll that gave no job of each host, or the first of all.
func (ix *index) readPolled(many bool) (p polled, err error) {
	left := maxPolled
	for of, k := range ix.kinds {
		if !of.Whole || decode.Endpoint(of.Endpoint) != decode.RequestJob || of.Status != http.StatusNoContent {
			continue
		}
		for e, err := range ix.src.Entries(k.first, ^uint64(0)) {
			if err != nil {
				return p, err
			}
			if e.Kind != of {
				continue
			}
			x, err := ix.src.Exchange(e.ID)
			if err != nil {
				return p, err
			}
			p.sawPoll(x)
			if left--; left <= 0 || !many {
				break
			}
		}
	}
	return p, nil
}

// shortestHold is how long a poll takes at least that GitLab has held: others were only slow.
const shortestHold = time.Second

// readHold finds out how long polls are held, and what the first of them that has no job is told.
func (r *Replayer) readHold(hold time.Duration) error {
	p, err := r.index.readPolled(hold == AsRecorded)
	if err != nil {
		return err
	}
	if r.longPoll = hold; hold == AsRecorded {
		if r.longPoll = 0; p.held >= shortestHold {
			r.longPoll = r.scaled(p.held)
		}
	}
	if p.value == "" {
		p.value = madeValue()
	}
	r.queue.bell = newBell(p.value)
	return nil
}

// noJobNow answers a poll for which there is no job, perhaps not at once. As in GitLab, one that was held says nothing of a new
// value: the runner keeps the old one, so that its next poll is not held.
//
// GitLab workhorse/internal/builds/register.go
func (r *Replayer) noJobNow(w http.ResponseWriter, req *http.Request, ask *asking) outcome {
	if r.longPoll > 0 && ask.Token != "" && ask.LastUpdate == ask.bell.value {
		r.wait(req, ask.bell)
	} else {
		w.Header()[headerLastUpdate] = []string{ask.bell.value}
	}
	return reply{status: http.StatusNoContent}.write(w)
}

// wait returns when there may be a job, or the poll has been held for long enough.
func (r *Replayer) wait(req *http.Request, now bell) {
	enough := time.NewTimer(r.longPoll)
	defer enough.Stop()
	look := time.NewTimer(r.lookAgain())
	defer look.Stop()
	for {
		select {
		case <-now.rung:
		case <-enough.C:
		case <-req.Context().Done():
		case <-r.ending:
		case <-look.C:
			look.Reset(r.lookAgain())
			continue
		}
		return
	}
}

// lookAgain rings if a time has come, and tells how long the next is off.
func (r *Replayer) lookAgain() time.Duration {
	q := &r.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	r.settle()
	now := r.now()
	off := r.longPoll
	if q.later != nil {
		off = min(off, r.comes(q.later).Sub(now))
	}
	if len(q.out) > 0 && r.lostAfter >= 0 {
		off = min(off, q.check.Sub(now))
	}
	return max(off, time.Millisecond)
}

// wake rings for those who are held, if jobs have ended that others waited for.
func (r *Replayer) wake() {
	q := &r.queue
	if r.longPoll <= 0 || r.ends.Load() == q.ends.Load() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	r.settle()
}
