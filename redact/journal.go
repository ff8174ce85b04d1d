package redact

// declared notes that somebody told of s.
func (r *Redactor) declared(s *secret) {
	if k := &r.recall; k.journaled {
		s.hold(k)
		k.journal = append(k.journal, s)
		return
	}
	r.used(s)
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
		r.recall.used(s)
	}
	r.forgetSome() // once: it looks at all that is known
}
