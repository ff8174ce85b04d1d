package redact

// learnedLate notes that what was passed on may have a new spelling of s.
func (r *Redactor) learnedLate(s *secret) {
	if r.watched && !s.fresh && s.standIn != s.value {
		s.fresh = true
		r.fresh = append(r.fresh, s)
	}
}

// passed is a value as it was passed on until now, with stand-ins for the secrets in it that are known.
func (r *Redactor) passed(value string) string {
	if !r.watched {
		return value
	}
	was := r.looking
	r.looking = true
	defer func() { r.looking = was }()
	return string(r.bytes([]byte(value)))
}

// watch makes the Redactor note what is learned late, which then has to be taken. What it knows
// already, as what a user said, may be in what was kept before.
func (r *Redactor) watch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watched = true
	for _, s := range r.secrets {
		r.learnedLate(s)
	}
}

// takeFresh returns the secrets that were learned, or got more spellings, since it was called last.
func (r *Redactor) takeFresh() []*secret {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.fresh
	r.fresh = nil
	for _, s := range fresh {
		s.fresh, s.asked = false, s.spelled
	}
	return fresh
}
