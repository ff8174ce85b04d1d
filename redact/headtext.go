package redact

import "runnertape"

// noteHeads puts what x says into the sketch, as far as it is not there.
func (l *late) noteHeads(f *inFlight, x *runnertape.Exchange) {
	line := l.line[:0]
	if h := &f.heads[0]; !h.noted {
		h.noted = true
		line = appendText(line, x.Request.Target)
		line = appendHeader(line, x.Request.Header)
	}
	if h := &f.heads[1]; x.Response != nil && !h.noted {
		h.noted = true
		line = appendHeader(line, x.Response.Header)
	}
	line = appendRest(line, x)
	l.line = line
	l.sketch.addText(x.ID, line)
}

// appendHeads appends all texts of x in which a secret may be replaced, but those of its bodies.
func appendHeads(line []byte, x *runnertape.Exchange) []byte {
	line = appendText(line, x.Request.Target)
	line = appendHeader(line, x.Request.Header)
	if x.Response != nil {
		line = appendHeader(line, x.Response.Header)
	}
	return appendRest(line, x)
}

// appendRest appends what comes besides the two headers.
func appendRest(line []byte, x *runnertape.Exchange) []byte {
	line = appendHeader(line, x.Request.Trailer)
	for _, interim := range x.Interim {
		line = appendHeader(line, interim.Header)
	}
	if x.Response != nil {
		line = appendText(line, x.Response.Reason)
		line = appendHeader(line, x.Response.Trailer)
	}
	if x.Failure != nil {
		line = appendText(line, x.Failure.Text)
	}
	if d := x.Decoded; d != nil { // all else it says is in this exchange
		for _, s := range []string{d.Runner.Token, d.Runner.SystemID, d.Runner.Version, d.Runner.Executor} {
			line = appendText(line, s)
		}
	}
	return line
}

func appendText(line []byte, s string) []byte {
	if len(s) < minSecret {
		return line
	}
	line = append(append(line, s...), '\n')
	if hasEscapes([]byte(s)) { // any byte may be escaped
		text, _ := unescape([]byte(s))
		line = append(append(line, text...), '\n')
	}
	return line
}

func appendHeader(line []byte, h runnertape.Header) []byte {
	for _, f := range h {
		if kindOf(f.Name) != framing {
			line = appendText(line, f.Value)
		}
	}
	return line
}
