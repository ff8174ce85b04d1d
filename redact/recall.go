package redact

import (
	"container/list"
	"slices"
)

// Bounds of what a Redactor remembers. What running jobs declared stays as long as
// they run. Of all else the latest used stay, but tokens that show themselves by their form
// go first: nearly all that a job has of its own are such, and they are found without being known.
// That leaves room for some 5000 others: what 8000 jobs leave behind that have one of their own each, 1100 that
// have five, or 390 that have fifteen. With four times as many a pass over a text takes ten times as long.
const (
	maxRunning = 2000    // jobs; of more at once the oldest count as ended
	maxIdle    = 8 << 20 // bytes of secrets that no running job declared; then a quarter of them is forgotten
)

// secret is one that a Redactor knows.
type secret struct {
	value, standIn string
	name           string        // of the variable or field that declared it, "" if none did
	number         bool          // it was a JSON number
	forms          *form         // its spellings that are looked for, linked by also
	spelled        int           // how many
	own            []respelling  // those that no encoding makes
	holders        int           // running jobs that declared it, and exchanges in flight
	shows          bool          // it is a token, known by its form
	short          bool          // its short forms are looked for
	idle           *list.Element // in recall.idle or recall.shown, if there are no holders
	counted        int           // bytes of it that recall has counted
	fresh          bool          // it is in Redactor.fresh
	asked          int           // spellings it had when it was taken from there
}

// size is the memory that s takes with all its spellings, nearly.
func (s *secret) size() int {
	const itself, bits = 320, 32 // entries of maps and lists; table bits of a form
	size := itself + 2*len(s.value) + s.spelled*(formSize+bits)
	for _, own := range s.own {
		size += 4*8 + 2*len(own.from)
	}
	return size
}

// recall decides which secrets are forgotten, the least recently used first. One that is
// then met again without being declared again is not known any more, unless it is
// a token with a prefix. Its stand-in would be the same, since that is made of the
// recording's key.
type recall struct {
	idle  *list.List // secrets without holders, the least recently used first
	shown *list.List // those of them that show themselves
	bytes int        // that both take
	held  map[int64]*list.Element
	order *list.List // running jobs, the oldest first

	journaled bool      // somebody takes the journal
	journal   []*secret // what was declared since it was taken, each held once for each time
}

// heldJob is a running job and the secrets that its payload declared.
type heldJob struct {
	id      int64
	secrets []*secret
}

func newRecall() recall {
	return recall{idle: list.New(), shown: list.New(), held: map[int64]*list.Element{}, order: list.New()}
}

// declared notes that somebody told of s.
func (r *Redactor) declared(s *secret) {
	if k := &r.recall; k.journaled {
		s.hold(k)
		k.journal = append(k.journal, s)
		return
	}
	r.used(s)
}

// used notes that s was declared or met, and counts its size anew.
func (r *Redactor) used(s *secret) {
	k := &r.recall
	if s.holders > 0 {
		return
	}
	if s.idle == nil {
		s.idle = k.idles(s).PushBack(s)
	} else {
		k.idles(s).MoveToBack(s.idle)
	}
	size := s.size()
	k.bytes += size - s.counted
	if s.counted = size; k.bytes > maxIdle {
		r.forget()
	}
}

// idles is the list that s is in while nobody holds it.
func (k *recall) idles(s *secret) *list.List {
	if s.shows {
		return k.shown
	}
	return k.idle
}

func (s *secret) hold(k *recall) {
	if s.holders++; s.idle != nil {
		k.idles(s).Remove(s.idle)
		k.bytes -= s.counted
		s.idle, s.counted = nil, 0
	}
}

// forget drops a quarter of the secrets that nobody holds.
func (r *Redactor) forget() {
	k := &r.recall
	for k.bytes > maxIdle/4*3 {
		from := k.shown
		if from.Len() == 0 {
			from = k.idle
		}
		s := from.Remove(from.Front()).(*secret)
		k.bytes -= s.counted
		r.forms.drop(s)
		if r.secrets[s.value] == s {
			delete(r.secrets, s.value)
		}
		if r.standIns[s.standIn] == s {
			delete(r.standIns, s.standIn)
		}
	}
	r.forms.rebuild()
}

// keepJournal begins the journal, which then has to be taken.
func (r *Redactor) keepJournal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recall.journaled = true
}

// takeJournal appends what was declared since it was called last to list, which
// then has to be given to release or holdForJob.
func (r *Redactor) takeJournal(list []*secret) []*secret {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.recall
	list = append(list, k.journal...)
	for _, s := range k.journal {
		if s.spelled > s.asked {
			r.learnedLate(s)
		}
	}
	clear(k.journal)
	k.journal = k.journal[:0]
	return list
}

// release lets go of secrets, which stay known until there are too many.
func (r *Redactor) release(secrets []*secret) {
	if len(secrets) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		s.holders--
		r.used(s)
	}
}

// holdForJob keeps secrets for as long as the job runs, which has just been handed out.
func (r *Redactor) holdForJob(id int64, secrets []*secret) {
	r.jobEnded(id) // it may be handed out again
	k := &r.recall
	r.mu.Lock()
	k.held[id] = k.order.PushBack(&heldJob{id, slices.Clone(secrets)})
	oldest := k.order.Front().Value.(*heldJob)
	running := k.order.Len()
	r.mu.Unlock()
	if running > maxRunning {
		r.jobEnded(oldest.id)
	}
}

// jobEnded lets go of what the job's payload declared.
func (r *Redactor) jobEnded(id int64) {
	k := &r.recall
	r.mu.Lock()
	var secrets []*secret
	if job := k.held[id]; job != nil {
		secrets = k.order.Remove(job).(*heldJob).secrets
		delete(k.held, id)
	}
	r.mu.Unlock()
	r.release(secrets)
}
