package redact

// Upstream is the base URL of a recording's upstream with stand-ins. It makes it known, as KnowUpstream.
func (r *Redactor) Upstream(base string) string {
	r.learnText(base)
	r.KnowUpstream(base)
	return r.String(base)
}

// KnowUpstream says the base URL of GitLab. But for user and password no part of it is a secret from then on.
func (r *Redactor) KnowUpstream(base string) { r.say([]string{withoutUserinfo(base)}) }

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
