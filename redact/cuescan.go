package redact

// readCues learns what is beside the cue that p, a rest of t, begins with, if it does.
// Open tells that more text is needed to know.
func (r *Redactor) readCues(t *text, p []byte, final bool) (learned, open bool) {
	for _, c := range r.forms.marks.cuesAt(p) {
		is, open := c.isAt(p)
		if !final && (open || is && len(p) < t.wait) {
			return learned, true
		}
		if !is {
			continue
		}
		var values []string
		open = c.cue.read(p[:min(len(p), maxCue)], func(value string) { values = append(values, value) })
		if open && !final && len(p) < maxCue {
			t.wait = min(2*len(p), maxCue) // or each byte that comes would have it read again
			return learned, true
		}
		for _, value := range values {
			r.learnFound(c.cue.kind, value)
			learned = true
		}
	}
	t.wait = 0
	return learned, false
}
