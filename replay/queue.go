package replay

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// queue is the lane of polling: the jobs not handed out yet, in recorded order.
type queue struct {
	mu      sync.Mutex    // guards what follows; taken before the index's, and a job's own
	ready   []*job        // may be handed out
	blocked []*job        // need others that have not ended
	later   *job          // the first whose time has not come; nil if there is none
	began   time.Time     // when this round did
	rest    handouts      // those that come after
	ends    atomic.Int64  // jobs that had ended when none of blocked was due
	parts   cast          // which runners were recorded
	bell    bell          // rings when there is a job that there was not before
	out     map[*job]bool // handed out; some of them have ended
	pruneAt int           // how many of out there may be, before those that have ended leave it
	check   time.Time     // when a job of out can be silent for too long at the earliest
	round   int           // of the loop, from 0
	given   int           // jobs handed out in this round
}

// take removes the first job that is due; nil if none is.
func (r *Replayer) take(ask *asking) (*job, error) {
	q := &r.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.began.IsZero() {
		q.began = time.Unix(0, r.first.Load())
	}
	if !q.parts.known {
		if err := r.readParts(); err != nil {
			return nil, err
		}
	}
	r.settle()
	mine := r.plays(ask)
	may := r.offers(mine)
	for looked := 0; ; {
		for ; looked < len(q.ready); looked++ {
			if j := q.ready[looked]; may(j) {
				q.ready = slices.Delete(q.ready, looked, looked+1)
				j.holder = mine
				q.taken(j)
				return j, nil
			}
		}
		if more, err := r.readMore(); err != nil || !more {
			ask.bell = q.bell
			return nil, err
		}
	}
}

// readMore reads one more job into the queue. It tells whether there was one, or another round has begun. The queue is locked.
func (r *Replayer) readMore() (bool, error) {
	q := &r.queue
	j, err := q.later, error(nil)
	if j == nil {
		j, err = q.rest.next()
	}
	q.later = nil
	if j != nil {
		r.partOf(j)
	}
	switch {
	case err != nil:
		return false, err
	case j == nil:
		return r.nextRound(), nil
	case r.comes(j).After(r.now()):
		q.later = j
		return false, nil
	case j.due(r.index):
		q.ready = append(q.ready, j)
	default:
		q.blocked = append(q.blocked, j)
	}
	return true, nil
}

// nextRound begins a loop anew when all jobs were handed out. The queue is locked.
func (r *Replayer) nextRound() bool {
	q := &r.queue
	if !r.loop || q.given == 0 || len(q.ready)+len(q.blocked) > 0 {
		return false
	}
	q.round++
	q.given, q.began = 0, r.now()
	q.rest = handouts{ix: r.index, look: r.index.nextAgain}
	r.log.Info("all jobs were handed out: again from the first", "round", q.round+1)
	return true
}

// nextAgain is the job at a place in offers for another round, if it is to be handed out; else nil.
func (ix *index) nextAgain(at int32) (*job, error) {
	if !ix.wants(at) {
		return nil, nil
	}
	return ix.again(at)
}

// settle finds out what has become due since it was called last. The queue is locked.
func (r *Replayer) settle() {
	q := &r.queue
	had := len(q.ready)
	r.rescue()
	for q.later != nil && !r.comes(q.later).After(r.now()) {
		if more, err := r.readMore(); err != nil || !more { // who asks next is told
			break
		}
	}
	if ends := r.ends.Load(); ends != q.ends.Load() {
		q.ends.Store(ends)
		r.unblock()
	}
	if len(q.ready) > had {
		q.bell.ring()
	}
}

// unblock finds the jobs that need no others any more. The queue is locked.
func (r *Replayer) unblock() {
	q := &r.queue
	q.blocked = slices.DeleteFunc(q.blocked, func(j *job) bool {
		if !j.due(r.index) {
			return false
		}
		q.insert(j)
		return true
	})
}

// insert puts a job among those that may be handed out, in recorded order.
func (q *queue) insert(j *job) {
	i := len(q.ready)
	for i > 0 && q.ready[i-1].started.After(j.started) {
		i--
	}
	q.ready = slices.Insert(q.ready, i, j)
}

// putBack returns a job that could not be delivered.
func (q *queue) putBack(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.out, j)
	q.given--
	q.ready = slices.Insert(q.ready, 0, j)
	q.bell.ring()
}

// due tells whether a job may be handed out: what it builds on is done. GitLab
// would not have offered it before either.
func (j *job) due(ix *index) bool {
	return !slices.ContainsFunc(j.needs, func(need int32) bool { return !ix.ended(need) })
}

// taken notes that a job is being handed out. The queue is locked.
func (q *queue) taken(j *job) {
	if len(q.out) >= q.pruneAt {
		for j := range q.out {
			if j.isOver() {
				delete(q.out, j)
			}
		}
		q.pruneAt = 2*len(q.out) + 64
	}
	q.given++
	q.out[j] = true
}

// rounds is how many rounds of the loop have begun.
func (q *queue) rounds() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.round + 1
}

// isOver tells whether the job has ended, and its runner knows.
func (j *job) isOver() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.phase == over && !j.untold
}
