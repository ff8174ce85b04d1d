package proxy

import (
	"bytes"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"time"

	"runnertape"
)

// exchanging is one exchange under way.
type exchanging struct {
	rec    *Recorder
	w      http.ResponseWriter
	r      *http.Request
	target target
	x      *runnertape.Exchange // nil if it is not recorded
	body   *requestTee
	got    bool // a connection to the upstream was had

	received int64 // body bytes of the response that came from the upstream
}

// run asks the upstream and passes its answer on. It is false if the client's
// connection must be broken.
func (e *exchanging) run() bool {
	// An answer may begin before the request is over; without this net/http
	// would read the rest of the request first.
	http.NewResponseController(e.w).EnableFullDuplex()
	e.body = &requestTee{body: e.r.Body, record: e.record(runnertape.RequestSide)}
	resp, err := e.rec.transport.RoundTrip(e.outgoing())
	if err != nil {
		return e.failedBefore(err)
	}
	defer resp.Body.Close()
	e.rec.down.found(e.rec.config.Logger, e.target.address())
	e.replied(resp)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return e.upgrade(resp)
	}
	sent, side, err := e.pass(resp)
	return e.end(ending{err, side, sent}, resp)
}

// record is the function that takes the bytes of one body that pass.
func (e *exchanging) record(side runnertape.Side) func(p []byte) {
	return func(p []byte) {
		if side == runnertape.ResponseSide {
			e.received += int64(len(p))
		}
		if e.x != nil {
			e.rec.queue.write(e.x.ID, side, p)
		}
	}
}

// outgoing is the request as the upstream gets it.
func (e *exchanging) outgoing() *http.Request {
	trace := &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { e.got = true },
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			if code != http.StatusSwitchingProtocols {
				e.interim(code, http.Header(h))
			}
			return nil
		},
	}
	out := (&http.Request{
		Method:        e.r.Method,
		URL:           e.target.url(),
		Host:          e.target.header,
		Header:        endToEnd(e.r.Header),
		ContentLength: e.r.ContentLength,
		Trailer:       e.r.Trailer,
		Body:          e.body,
	}).WithContext(httptrace.WithClientTrace(e.r.Context(), trace))
	if e.r.ContentLength == 0 {
		out.Body = http.NoBody // a body of unknown length would be announced otherwise
	}
	if _, ok := out.Header["User-Agent"]; !ok {
		out.Header["User-Agent"] = nil // or net/http adds its own
	}
	if ArrivalOf(e.r).Way != runnertape.Reverse {
		out.Header.Del("Proxy-Authorization") // meant for us
	}
	if e.x != nil && e.rec.rewrites(e.x) {
		out.Header.Set("Accept-Encoding", "identity")
	}
	return out
}

// interim passes a 1xx response on.
func (e *exchanging) interim(code int, h http.Header) {
	if e.x != nil {
		e.x.Interim = append(e.x.Interim, runnertape.Interim{Status: code, Header: runnertape.HeaderOf(h)})
	}
	header := e.w.Header()
	for name, values := range h {
		header[name] = values
	}
	e.w.WriteHeader(code)
	clear(header)
}

// replied notes the response's head.
func (e *exchanging) replied(resp *http.Response) {
	if e.x == nil {
		return
	}
	e.x.Replied = time.Now().UTC()
	_, reason, _ := bytes.Cut([]byte(resp.Status), []byte(" "))
	e.x.Response = &runnertape.Response{
		Status: resp.StatusCode,
		Reason: string(reason),
		Proto:  resp.Proto,
		Header: recordedHeader("", resp.Header),
		Body:   responseFraming(e.r.Method, resp),
	}
	e.rec.follow(e.x)
	head := *e.x
	head.Response = new(runnertape.Response)
	*head.Response = *e.x.Response
	e.rec.queue.put(&head)
}
