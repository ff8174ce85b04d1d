package proxy

import (
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"time"

	"runnertape"
)

// outgoing is the request as the upstream gets it.
func (e *exchanging) outgoing() *http.Request {
	out := &http.Request{
		Method:           e.r.Method,
		URL:              e.target.url(),
		Host:             e.target.header,
		Proto:            "HTTP/1.1", // or the Transport does not wait for a 100
		ProtoMajor:       1,
		ProtoMinor:       1,
		Header:           endToEnd(e.r.Header),
		ContentLength:    e.r.ContentLength,
		TransferEncoding: e.r.TransferEncoding, // or a chunked body of no bytes would lose its framing
	}
	atEnd := func() {}
	if e.r.ContentLength < 0 {
		// The Transport announces the names that are there before the body, and sends
		// what is there after it: also trailers that were not announced.
		out.Trailer = http.Header{}
		maps.Copy(out.Trailer, e.r.Trailer)
		atEnd = func() { maps.Copy(out.Trailer, e.r.Trailer) }
	}
	e.body = newRequestTee(e.r, e.record(runnertape.RequestSide), atEnd)
	out.Body = e.body
	if e.r.ContentLength == 0 {
		out.Body = http.NoBody // a body of unknown length would be announced otherwise
		if e.r.Header.Get("Content-Length") != "" {
			out.TransferEncoding = []string{"identity"} // makes the Transport say "Content-Length: 0"
		}
	}
	if _, ok := out.Header["User-Agent"]; !ok {
		out.Header["User-Agent"] = nil // or net/http adds its own
	}
	if ArrivalOf(e.r).Way == runnertape.Forward {
		out.Header.Del("Proxy-Authorization") // meant for us
	}
	if e.x != nil && e.rec.rewrites(e.x) {
		out.Header.Set("Accept-Encoding", "identity")
	}
	return out.WithContext(httptrace.WithClientTrace(e.r.Context(), e.trace()))
}

// upstreamLost ends an upload that nobody receives. One that has not been begun
// is left for another connection.
func (e *exchanging) upstreamLost() {
	e.body.unwanted.Store(true)
	if !e.body.asked.Load() || !e.body.coming() || e.r.Context().Err() != nil {
		return
	}
	e.lost.Store(true)
	e.body.stop()
	http.NewResponseController(e.w).SetReadDeadline(time.Now().Add(past))
}

// trace is told what the Transport does. A request that finds its kept connection
// closed is sent again over another, if that is safe.
func (e *exchanging) trace() *httptrace.ClientTrace {
	t := &httptrace.ClientTrace{
		GetConn: func(string) { e.dialed, e.got = true, false },
		GotConn: func(info httptrace.GotConnInfo) {
			e.got = true
			e.unwatch()
			e.body.unwanted.Store(false)
			e.unwatch = watch(info.Conn, e.upstreamLost)
		},
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			e.interim(code, http.Header(h))
			return nil
		},
	}
	if e.body.invitation != nil {
		t.GotFirstResponseByte = func() { e.body.invitation.answer(true) }
	}
	return t
}
