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

// maxLately is how many secrets are remembered as learned lately.
const maxLately = 256

// lately are the secrets learned last, for texts that began before and ended after: each may have one
// of which half was passed on when nobody knew it.
type lately struct {
	ring  [maxLately]*secret
	count uint64 // of all there ever were
}

func (l *lately) add(s *secret) {
	l.ring[l.count%maxLately] = s
	l.count++
}

// since are those after the first n. It is false if they are not remembered any more.
func (l *lately) since(n uint64) (list []*secret, ok bool) {
	if l.count-n > maxLately {
		return nil, false
	}
	for ; n < l.count; n++ {
		list = append(list, l.ring[n%maxLately])
	}
	return list, true
}
