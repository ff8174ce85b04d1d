package redact

// Spellings are all strings that r looks for.
func (r *Redactor) Spellings() (all []string) {
	for _, s := range r.secrets {
		all = append(all, s.spellings()...)
	}
	return all
}
