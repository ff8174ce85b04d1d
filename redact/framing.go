package redact

// tokens is s with stand-ins for what is a token by its form, and for nothing else: host names, media types
// and lengths must not change because a variable happens to have the same value.
func (r *Redactor) tokens(s string) string {
	marks := &r.forms.marks
	var out []byte // nil while nothing looks like a token
	for i := 0; len(s)-i >= minToken; i++ {
		if !marks.tokens.has(uint16(s[i]) | uint16(s[i+1])<<8) {
			continue
		}
		if out == nil {
			out = []byte(s)
		}
		n, _ := marks.tokenAt(out[i:])
		if to := r.tokenStandIn(out[i:], n); to != "" {
			i += copy(out[i:], to) - 1
		}
	}
	if out == nil {
		return s
	}
	return string(out)
}
