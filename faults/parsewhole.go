package faults

// whole checks what can be judged only at the end of the line.
func (p *parser) whole(first word) error {
	what := &p.rule.what
	switch {
	case what.Early && what.Taken:
		return first.wrong("a request that is answered early has not been taken")
	case what.After > 0 && what.Taken && what.OfAnswer:
		return first.wrong("a request whose answer breaks off has been taken: taken goes without saying")
	case what.After > 0 && what.Taken:
		return first.wrong("a request that breaks off has not been taken")
	case what.Kind == Answer && !what.sets():
		return first.wrong("an answer with nothing changed is no fault: add a setting, as type=text/html")
	case what.Kind == Status && redirects(what.Code) && what.Location == "":
		return first.wrong("a redirect needs location=URL")
	case what.Body != nil && (what.Code == 204 || what.Code == 304):
		return first.wrong("%d has no body", what.Code)
	}
	return nil
}

// sets tells whether anything is set in the answer.
func (w *What) sets() bool {
	return w.JobStatus != "" || w.Range != nil || w.RetryAfter > 0 || w.ResetAfter > 0 || w.Interval > 0 ||
		w.Location != "" || w.Type != "" || w.Body != nil || len(w.Header) > 0
}

// redirects tells whether a status leads elsewhere.
func redirects(code int) bool {
	switch code {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}
