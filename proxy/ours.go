package proxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"runnertape"
)

// uploadGrace is how long a client may go on sending after it was answered for
// good. A connection closed at once would be reset, and with it the answer.
const uploadGrace = 500 * time.Millisecond

// ourHead is the head of an answer that the recorder makes itself.
func ourHead(status int, text string) (runnertape.Header, []byte) {
	h := runnertape.Header{
		{Name: "Content-Type", Value: "text/plain; charset=utf-8"},
		{Name: "Content-Length", Value: fmt.Sprint(len(text))},
		{Name: "Connection", Value: "close"},
	}
	head := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	for _, f := range h {
		head = fmt.Appendf(head, "%s: %s\r\n", f.Name, f.Value)
	}
	return h, append(head, "\r\n"...)
}

// writeError answers on a bare connection.
func writeError(w io.Writer, status int, text string) {
	text += "\n"
	_, head := ourHead(status, text)
	w.Write(append(head, text...)) // a client that is gone has no use for it
}

// refuse answers what is not passed on, and ends the connection.
func (p *pair) refuse(status int, text string) {
	p.rec.config.Logger.Warn("refused a request", "client", p.via.client, "reason", text)
	writeError(p.client, status, "runnertape: "+text)
	p.linger()
}

// linger lets the client read what it was sent, and closes.
func (p *pair) linger() {
	closeWrite(p.client)
	p.client.SetReadDeadline(time.Now().Add(uploadGrace))
	io.Copy(io.Discard, struct{ io.Reader }{p.client})
	p.close()
}

// unreachable answers for an upstream that could not be asked at all. Nothing was
// sent, so that a runner which tries again does no harm.
func (p *pair) unreachable(f *passing, t target, err error) {
	e := f.e
	failure := &runnertape.Failure{Side: runnertape.ResponseSide, Text: shortError(err)}
	if p.rec.life.Err() != nil || err == net.ErrClosed { // it is us, or the client, who cannot be reached any more
		p.stop(errStopped)
		e.endResponse(nil, failure)
		p.endRequest(nil, true)
		return
	}
	if e.x != nil { // others are for the client to choose
		p.rec.down.lost(p.rec.config.Logger, t.address(), err)
	}
	text := "runnertape: cannot reach " + t.address() + ": " + shortError(err) + "\n"
	h, head := ourHead(http.StatusBadGateway, text)
	body := runnertape.Body{Framing: runnertape.Length, Declared: int64(len(text))}
	if e.method == http.MethodHead {
		body.Framing, text = runnertape.NoBody, ""
	}
	e.replied(&runnertape.Response{
		Status: http.StatusBadGateway, Reason: http.StatusText(http.StatusBadGateway), Proto: "HTTP/1.1", Header: h, Body: body, Ours: true,
	})
	if e.id != 0 {
		p.rec.queue.write(e.id, runnertape.ResponseSide, []byte(text))
	}
	e.passed(runnertape.ResponseSide, len(text))
	p.client.Write(append(head, text...))
	// Of the request, what has come with its head is known, and recorded.
	_, spans, done, _ := f.body.Next(p.in.held(), nil)
	f.spans = spans
	f.record(p.in.held())
	for _, s := range spans {
		e.passed(runnertape.RequestSide, s.To-s.From)
	}
	e.endResponse(nil, failure)
	p.endRequest(nil, !done)
	p.linger()
}
