package proxy

import (
	"errors"
	"io"
	"net/http"

	"runnertape"
)

// upgrade joins the two connections after a 101, until either has ended. What
// passes is recorded as the two bodies. How a tunnel ends is not told apart:
// either side may just close.
func (e *exchanging) upgrade(resp *http.Response) bool {
	upstream, ok := resp.Body.(io.ReadWriteCloser)
	if !ok {
		return e.end(ending{err: errors.New("101 without a connection"), side: runnertape.ResponseSide}, resp)
	}
	for name, values := range endToEnd(resp.Header) {
		e.w.Header()[name] = values
	}
	e.w.WriteHeader(http.StatusSwitchingProtocols)
	client, rw, err := http.NewResponseController(e.w).Hijack()
	if err != nil {
		return e.end(ending{err: err, side: runnertape.RequestSide}, resp)
	}
	if e.x != nil {
		e.x.Request.Body.Framing = runnertape.ToClose
	}
	ended := make(chan struct{})
	go func() { // ends when either connection does, because both are closed then
		defer close(ended)
		io.Copy(upstream, io.TeeReader(rw.Reader, writerFunc(e.body.add)))
		upstream.Close()
	}()
	if err = rw.Flush(); err == nil {
		io.Copy(client, io.TeeReader(upstream, writerFunc(e.record(runnertape.ResponseSide))))
	}
	client.Close()
	<-ended
	return e.end(ending{}, resp)
}
