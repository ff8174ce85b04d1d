package proxy

import (
	"net/http"

	"runnertape"
)

// interim passes a 1xx response on. The Transport tells of it on a goroutine of
// its own.
func (e *exchanging) interim(code int, h http.Header) {
	e.interimMu.Lock()
	defer e.interimMu.Unlock()
	if e.replied {
		return
	}
	if e.x != nil {
		e.x.Interim = append(e.x.Interim, runnertape.Interim{Status: code, Header: runnertape.HeaderOf(h)})
	}
	invitation := e.body.invitation
	switch {
	case !e.r.ProtoAtLeast(1, 1): // RFC 9110 §15.2: not for HTTP/1.0
	case invitation != nil && code == http.StatusContinue:
		invitation.send(func() { e.writeInterim(code, h) })
	default:
		e.writeInterim(code, h)
		if invitation != nil {
			invitation.answer(false)
		}
	}
}

func (e *exchanging) writeInterim(code int, h http.Header) {
	header := e.w.Header()
	for name, values := range h {
		header[name] = values
	}
	e.w.WriteHeader(code)
	clear(header)
}

// endInterim keeps late 1xx responses, of a RoundTrip that was given up, from
// being written while something else is.
func (e *exchanging) endInterim() {
	e.interimMu.Lock()
	defer e.interimMu.Unlock()
	e.replied = true
}
