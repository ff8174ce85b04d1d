package replay

import (
	"sync/atomic"

	"runnertape/decode"
	"runnertape/redact"
)

// A recorded job may be played more than once: in the next round of a loop, or because its runner was lost. Each
// time it is another job, with a number and a token of its own, so that what the runner before still sends, or git or an
// artifact helper of it, is not taken for the new one's.

// plays count how often one recorded job was played.
type plays struct {
	handed    atomic.Int64 // out
	ended     atomic.Int64 // came to an end, or were given up
	otherwise atomic.Int64 // ended otherwise than it was recorded
}

// again is the job at a place in offers, to be played once more. It is nil if there is no payload after all.
func (ix *index) again(at int32) (*job, error) {
	j, err := ix.readJob(at)
	if j == nil {
		return nil, err
	}
	j.fresh = freshToken(ix.src.Header().Key, j.token)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.lastID++
	j.id = ix.lastID
	if before := ix.jobs[at]; before != nil {
		j.before, j.plays = before.id, before.plays
		if before.before > ix.lastRecorded { // what was recorded is known for ever, but a loop has no end
			ix.forget(before.before)
		}
	}
	ix.jobs[at] = j
	ix.played[j.id] = []*job{j}
	if j.fresh != "" {
		ix.tokens[j.fresh] = j.id
	}
	return j, nil
}

// forget lets go of a job that was played again twice since. mu is held.
func (ix *index) forget(id int64) {
	for _, j := range ix.played[id] {
		delete(ix.tokens, j.fresh)
	}
	delete(ix.played, id)
}

// freshToken is a new token of the form and length of another, and one that is its own stand-in in the recording. One that
// is too short to be told from others stays.
func freshToken(key []byte, token string) string {
	if token == "" {
		return ""
	}
	other := redact.NewRequest(redact.NewKey(), "", nil).Recorded(token)
	return redact.NewRequest(key, "", nil).Recorded(other)
}

// number is the recorded number of a job that was played as id; id itself if that is a recorded one.
func (ix *index) number(id int64) int64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if jobs := ix.played[id]; len(jobs) > 0 {
		return jobs[0].number
	}
	return id
}

// playing is the job that plays a recorded number now; nil if the recording has none.
func (ix *index) playing(number int64) *job {
	ix.mu.RLock()
	at, ok := ix.byID[number]
	j := ix.jobs[at]
	ix.mu.RUnlock()
	if ok && j != nil && j.id != number {
		return j
	}
	return ix.job(number)
}

// playedLast is the id of the job that a recorded number was handed out as last, or the number itself.
func (ix *index) playedLast(number int64) int64 {
	j := ix.playing(number)
	if j == nil {
		return number
	}
	if j.before != 0 && !j.handedOut() {
		return j.before
	}
	return j.id
}

// renewed is the payload of a job as it is handed out, with its own number and token, and with those of
// the jobs that it needs, as they were played last.
func (ix *index) renewed(j *job, payload []byte) []byte {
	r := decode.Renewal{IDs: map[int64]int64{}, Tokens: map[string]string{}}
	ix.mu.RLock()
	for _, at := range j.needs {
		if need := ix.jobs[at]; need != nil {
			need.renew(&r)
		}
	}
	ix.mu.RUnlock()
	j.renew(&r)
	if len(r.IDs) == 0 {
		return payload
	}
	return decode.Renew(payload, r)
}

// renew adds what is new of one job.
func (j *job) renew(r *decode.Renewal) {
	if j.id != j.number {
		r.IDs[j.number], r.Tokens[j.token] = j.id, j.fresh
	}
}

// shown is the job at a place in offers that a receipt tells of: the one that plays it, or, while that waits for its turn
// in a round of a loop, the one of the round before. It is nil if none was handed out.
func (ix *index) shown(at int32) *job {
	j := ix.looked(at)
	if j == nil || j.handedOut() {
		return j
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if before := ix.played[j.before]; j.rescued == 0 && len(before) > 0 {
		return before[0]
	}
	if j.rescued > 0 {
		return j
	}
	return nil
}
