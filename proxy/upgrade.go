package proxy

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"

	"runnertape"
)

// upgrade joins the two connections after a 101, until both directions have
// ended or one has broken. What passes is recorded as the two bodies. Such a connection
// has no end of its own to tell a good one from a bad one by: either side may just close.
func (e *exchanging) upgrade(resp *http.Response) bool {
	upstream, ok := resp.Body.(io.ReadWriteCloser)
	if !ok {
		return e.end(ending{errors.New("101 without a connection"), runnertape.ResponseSide, 0}, resp)
	}
	header := e.w.Header()
	maps.Copy(header, endToEnd(resp.Header))
	if _, ok := header["Date"]; !ok {
		header["Date"] = nil // or net/http adds its own
	}
	e.w.WriteHeader(http.StatusSwitchingProtocols)
	client, rw, err := http.NewResponseController(e.w).Hijack() // writes the head
	if err != nil {
		return e.end(ending{err, runnertape.RequestSide, 0}, resp)
	}
	if e.x != nil {
		e.x.Request.Body.Framing = runnertape.ToClose
	}
	breakOff := func() {
		client.Close()
		upstream.Close()
	}
	// A hijacked connection is nobody's but ours to close.
	life := connectionOf(e.r.Context()).life
	defer context.AfterFunc(life, breakOff)()
	ended := make(chan struct{})
	go func() { // ends when its reads do: breakOff closes both connections
		defer close(ended)
		join(upstream, io.TeeReader(rw.Reader, writerFunc(e.body.add)), breakOff)
	}()
	join(client, io.TeeReader(upstream, writerFunc(e.record(runnertape.ResponseSide))), breakOff)
	<-ended
	breakOff()
	var how ending
	if err := context.Cause(life); err != nil {
		how = ending{err, runnertape.RequestSide, e.body.bytes.Load()}
	}
	return e.end(how, resp)
}

// join copies from src to dst, and passes on how it ended: half-closed, or broken. A *net.TCPConn, a *tls.Conn and the Transport's connection can be half-closed.
func join(dst io.Writer, src io.Reader, breakOff func()) {
	_, err := io.Copy(dst, src)
	if half, ok := dst.(interface{ CloseWrite() error }); ok && err == nil && half.CloseWrite() == nil {
		return
	}
	breakOff()
}
