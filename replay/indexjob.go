package replay

import (
	"cmp"
	"errors"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// job is the job that plays id now: of several with that id the one handed out
// last, or the first if none was. It is nil if the recording has none.
func (ix *index) job(id int64) *job {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	jobs := ix.played[id]
	switch len(jobs) {
	case 0:
		if at, ok := ix.byID[id]; ok { // nobody has asked for it yet
			ix.mu.RUnlock()
			j, _ := ix.look(at) // what is wrong is for who would get it
			ix.mu.RLock()
			return cmp.Or(j, &job{id: id, number: id})
		}
		if id > ix.lastRecorded && id <= ix.lastID {
			return &job{id: id, number: id, lane: lane{phase: over, ended: End{State: "failed"}}} // of a round that is forgotten
		}
		return nil
	case 1:
		return jobs[0]
	}
	now := jobs[0]
	for _, j := range jobs[1:] {
		j.mu.Lock()
		waits := j.phase == waiting
		j.mu.Unlock()
		if !waits {
			now = j
		}
	}
	return now
}

// jobOfToken is the number of the job, of those looked at, that was given a token; 0 if none was.
func (ix *index) jobOfToken(token string) int64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.tokens[token]
}

// lends tells whether a job that was looked at got a token for the download of what another made.
func (ix *index) lends(l loan) bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.lent[l]
}

// ended tells whether the job at a place in offers is over, or can never be played.
func (ix *index) ended(at int32) bool {
	ix.mu.RLock()
	j, gone := ix.jobs[at], ix.lostAt[at]
	ix.mu.RUnlock()
	if j == nil {
		return gone || !ix.wants(at)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.phase == over || !ix.wants(at)
}

// look is the job at a place in offers: the same each time. It is nil if there is
// no payload after all.
func (ix *index) look(at int32) (*job, error) {
	if j := ix.looked(at); j != nil {
		return j, nil
	}
	j, err := ix.readJob(at)
	if j == nil {
		return nil, err
	}
	ix.knows(j.bases...)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if first := ix.jobs[at]; first != nil { // somebody else looked at the same time
		return first, nil
	}
	ix.jobs[at] = j
	ix.played[j.id] = append(ix.played[j.id], j)
	slices.SortFunc(ix.played[j.id], func(a, b *job) int { return int(a.at - b.at) }) // they are looked at in any order, and handed out in this
	if j.token != "" {
		ix.tokens[j.token] = j.id
	}
	for _, l := range j.borrows {
		if ix.tokens[l.token] == 0 {
			ix.lent[l] = true
		}
	}
	return j, nil
}

// looked is the job at a place in offers if it was looked at before, else nil.
func (ix *index) looked(at int32) *job {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.jobs[at]
}

// readJob reads the job at a place in offers, without its lane. It is nil if there
// is no payload after all.
func (ix *index) readJob(at int32) (*job, error) {
	o := ix.offers[at]
	x, err := ix.src.Exchange(o.id)
	if err != nil {
		return nil, err
	}
	m, ok := ix.message(x).(*decode.RequestJobMessage)
	if !ok || !usable(x) || lost(x.Response.Body) != "" || m.Job != nil && m.Job.Partial {
		ix.lose(at)
		return nil, nil
	}
	call := decode.Classify(x.Request.Method, x.Request.Path())
	j := &job{
		id:      o.job,
		number:  o.job,
		plays:   &plays{},
		at:      at,
		runner:  identity{m.Request.Token, m.Request.SystemID},
		asked:   x.Started,
		payload: remember(x),
		bases:   []string{ix.upstream, x.Scheme + "://" + x.Host + call.Prefix},
		past:    past{started: x.Started},
	}
	j.payload.header = nil          // made anew
	if x.Replied.After(x.Started) { // long polls are held before the job is there
		j.started = x.Replied
	}
	if m.Job != nil {
		j.name, j.token, j.clones = m.Job.JobInfo.Name, m.Job.Token, m.Job.ClonedProject()
		j.bases = append(j.bases, decode.Bases(m.Job)...)
		for _, d := range m.Job.Dependencies {
			if d.Token != "" {
				j.borrows = append(j.borrows, loan{d.ID, d.Token})
			}
			if earlier, ok := ix.before(at, d.ID); ok && d.ID != j.id {
				j.needs = append(j.needs, earlier)
			}
		}
	}
	if o.earlier >= 0 {
		j.needs = append(j.needs, o.earlier)
	}
	return j, nil
}

// before is the last offer before the one at a place that has the number id.
func (ix *index) before(at int32, id int64) (earlier int32, ok bool) {
	earlier, ok = ix.byID[id]
	for ok && earlier >= at {
		earlier = ix.offers[earlier].earlier
		ok = earlier >= 0
	}
	return earlier, ok
}

// lose takes note that there is no payload at a place in offers.
func (ix *index) lose(at int32) {
	ix.mu.Lock()
	known := ix.lostAt[at]
	if ix.lostAt[at] = true; !known {
		ix.skip(ix.offers[at].id, ix.offers[at].job)
	}
	ix.mu.Unlock()
	if !known && ix.wants(at) {
		ix.onLost()
	}
}

// message is what an exchange says.
func (ix *index) message(x *runnertape.Exchange) decode.Message {
	err := errors.New("it is not decoded")
	if x.Decoded != nil {
		var m decode.Message
		if m, err = decode.ParseMessage(x.Decoded); err == nil {
			return m
		}
	}
	ix.log.Warn("exchange cannot be replayed", "exchange", x.ID, "err", err)
	return &decode.Raw{Reason: err.Error()}
}
