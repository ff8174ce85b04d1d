package replay

import (
	"time"

	"runnertape"
	"runnertape/decode"
)

// identity is what tells runners apart: the token, as it is in the recording, and the machine, which runners
// before 15.8 do not tell. Several machines may have one token, and one machine several.
type identity struct{ token, system string }

// part is one runner of the recording, and who plays it.
type part struct {
	identity
	player identity  // zero while nobody does
	seen   time.Time // when the player asked last
}

// cast is the runners of the recording.
type cast struct {
	of    map[identity]*part
	known bool      // the first jobs were looked at
	first time.Time // when somebody asked first
}

// With several runners in the recording, a job is for the one that got it then. A replay does not wait for ever for one that does
// not come: these are how long a runner that is known leaves others' jobs to them before they have asked, and how
// long after they have asked last. Runners ask every 3 s (gitlab-runner common/consts.go CheckInterval), unless they have
// all the jobs that they may have at once.
const (
	partOpens = 10 * time.Second
	partIdle  = time.Minute
)

// looksForParts is how many jobs tell which runners there are, if the first few are of several.
const looksForParts = 4096

// readParts looks at the first jobs. The queue is locked.
func (r *Replayer) readParts() error {
	p := &r.queue.parts
	for at := 0; at < len(r.index.offers) && (at < looksFirst || len(p.of) > 1 && at < looksForParts); at++ {
		j, err := r.index.look(int32(at))
		if err != nil {
			return err
		}
		if j != nil {
			r.partOf(j)
		}
	}
	p.known, p.first = true, r.now()
	return nil
}

// partOf is the part that a job is for. The queue is locked.
func (r *Replayer) partOf(j *job) *part {
	if j.part != nil {
		return j.part
	}
	p := &r.queue.parts
	id := identity{r.latest(j.runner.token), j.runner.system}
	if p.of[id] == nil {
		if p.of == nil {
			p.of = map[identity]*part{}
		}
		p.of[id] = &part{identity: id}
	}
	j.part = p.of[id]
	return j.part
}

// latest is the token that a runner has at last, who had that one: tokens are reset.
func (r *Replayer) latest(token string) string {
	if r.index.count(func(of *runnertape.Kind) bool { return decode.Endpoint(of.Endpoint) == decode.ResetToken }) == 0 {
		return token
	}
	resets := r.index.runners.get(r.index).resets
	for range len(resets) {
		next, ok := resets[token]
		if !ok || next == token {
			break
		}
		token = next
	}
	return token
}

// plays is the part that a runner plays, which is known by its token and its machine, by its token, or by its machine; nil if it is
// known by neither. The queue is locked.
func (r *Replayer) plays(ask *asking) *part {
	p := &r.queue.parts
	if len(p.of) < 2 {
		return nil
	}
	who, now := identity{r.latest(ask.live.Recorded(ask.Token)), ask.SystemID}, r.now()
	best, most := (*part)(nil), 0
	for _, one := range p.of {
		taken := one.player != who && one.player != (identity{}) && now.Sub(one.seen) < partIdle
		points := 0
		switch {
		case one.player == who && who != (identity{}):
			points = 5
		case one.identity == who:
			points = 4
		case one.token != "" && one.token == who.token && !taken:
			points = 3
		case one.token != "" && one.token == who.token: // another machine of that runner has it too
			points = 2
		case one.system != "" && one.system == who.system && !taken && p.machine(one.system) == 1:
			points = 1
		}
		if points > most || points > 0 && points == most && one.token+one.system < best.token+best.system {
			best, most = one, points
		}
	}
	if best != nil {
		best.player, best.seen = who, now
	}
	return best
}

// machine is how many runners are on one.
func (p *cast) machine(system string) (n int) {
	for id := range p.of {
		if id.system == system {
			n++
		}
	}
	return n
}

// present tells whether somebody plays the part: he has asked not long ago, or has a job. The queue is locked.
func (r *Replayer) present(p *part, now time.Time) bool {
	if p.seen.IsZero() {
		return false
	}
	if now.Sub(p.seen) < partIdle {
		return true
	}
	for j := range r.queue.out {
		if j.holder == p && !j.isOver() {
			return true
		}
	}
	return false
}

// offers tells which jobs a runner may have that plays a part, nil for none. The queue is locked.
func (r *Replayer) offers(mine *part) func(*job) bool {
	p := &r.queue.parts
	if len(p.of) < 2 {
		return func(*job) bool { return true }
	}
	now := r.now()
	free := map[*part]bool{}
	return func(j *job) bool {
		its := r.partOf(j)
		if its == mine {
			return true
		}
		open, known := free[its]
		if !known {
			open = !r.present(its, now) && (mine == nil || now.Sub(p.first) >= partOpens)
			free[its] = open
		}
		return open
	}
}
