package redact

import "container/list"

// recall decides which secrets are forgotten, the least recently used first. One that is
// then met again without being declared again is not known any more, unless it is
// a token with a prefix. Its stand-in would be the same, since that is made of the
// recording's key.
type recall struct {
	idle  *list.List // secrets without holders, the least recently used first
	shown *list.List // those of them that show themselves
	bytes int        // that both take
	held  map[int64]*list.Element
	taken int        // bytes that the secrets of held take, each counted for each job
	order *list.List // running jobs, the oldest first

	journaled bool      // somebody takes the journal
	journal   []*secret // what was declared since it was taken, each held once for each time
}

func newRecall() recall {
	return recall{idle: list.New(), shown: list.New(), held: map[int64]*list.Element{}, order: list.New()}
}

// used notes that s was declared or met, and counts its size anew.
func (r *Redactor) used(s *secret) {
	r.recall.used(s)
	r.forgetSome()
}

func (k *recall) used(s *secret) {
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
	s.counted = size
}

func (r *Redactor) forgetSome() {
	if r.recall.bytes > maxIdle {
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
