package redact

// Upstream is the base URL of a recording's upstream with stand-ins.
func (r *Redactor) Upstream(base string) string {
	r.learnText(base)
	return r.String(base)
}

// Replaced is how many secrets r knows that have other stand-ins than themselves.
func (r *Redactor) Replaced() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, s := range r.secrets {
		if s.standIn != s.value {
			n++
		}
	}
	return n
}
