package redact

// Upstream is the base URL of a recording's upstream with stand-ins. It makes it known, as KnowUpstream.
func (r *Redactor) Upstream(base string) string {
	r.learnText(base)
	r.KnowUpstream(base)
	return r.String(base)
}

// KnowUpstream says the base URL of GitLab. But for user and password no part of it is a secret from then on.
func (r *Redactor) KnowUpstream(base string) { r.say([]string{withoutUserinfo(base)}) }

// Replaced is of how many secrets r has put stand-ins somewhere since CountReplaced was called.
func (r *Redactor) Replaced() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.replaced
}

// CountReplaced begins the count of Replaced: what was learned from other recordings until now does not count.
func (r *Redactor) CountReplaced() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replaced = 0
	r.counting++
}

// count counts s, for which its stand-in is put.
func (r *Redactor) count(s *secret) {
	if s != nil && s.standIn != s.value && s.tallied != r.counting {
		s.tallied = r.counting
		r.replaced++
	}
}
