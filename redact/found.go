package redact

// learnFound learns a value that stood beside a cue. The caller holds r.mu.
func (r *Redactor) learnFound(_, value string) {
	if s := r.known(value); s != nil {
		r.used(s)
	}
}
