package proxy

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/http"
	"time"

	"runnertape"
	"runnertape/proxy/http1"
)

// connectPair answers a CONNECT, whose head of n bytes is held, with goproxy's
// judgement. Afterwards p is of no more use: its connection was given away, or is closed.
func (d *Door) connectPair(p *pair, n int) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(p.in.held()[:n])))
	if err != nil || r.URL.Hostname() == "" { // which would be this machine
		p.refuse(http.StatusBadRequest, "this CONNECT cannot be read")
		return
	}
	p.in.skip(n)
	r = r.WithContext(context.WithValue(p.rec.life, connectionKey{}, p.via))
	r.RemoteAddr = p.via.client
	w := &connectWriter{pair: p, header: http.Header{}}
	d.connect.ServeHTTP(w, r)
	if !w.given {
		p.linger()
	}
}

// connectWriter is where goproxy finds the connection of a CONNECT.
type connectWriter struct {
	pair   *pair
	header http.Header
	given  bool // the connection is goproxy's
}

// Header implements http.ResponseWriter.
func (w *connectWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. goproxy says what it has to say
// on the connection itself.
func (w *connectWriter) WriteHeader(status int) {
	writeError(w.pair.client, status, "runnertape: "+http.StatusText(status))
}

// Write implements http.ResponseWriter.
func (w *connectWriter) Write(p []byte) (int, error) { return len(p), nil }

// Hijack implements http.Hijacker. What the client sent behind its CONNECT comes first.
func (w *connectWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.given = true
	w.pair.rec.pairs.remove(w.pair)
	w.pair.giveAway()
	c := w.pair.client
	rw := bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
	if held := w.pair.in.held(); len(held) > 0 {
		c = &aheadConn{Conn: c, ahead: bytes.Clone(held)}
	}
	return c, rw, nil // goproxy half-closes TCP connections, and only those
}

// reach connects to the target of a CONNECT before that is answered, so that
// the client is told there if that cannot be.
func (rec *Recorder) reach(r *http.Request, c *connection, client net.Conn) bool {
	began := time.Now().UTC()
	conn, err := rec.config.Upstream.dial(r.Context(), "tcp", c.target)
	if err == nil {
		c.ahead = conn
		return true
	}
	if r.Context().Err() != nil { // it is us who cannot be reached any more
		client.Close()
		return false
	}
	text := "runnertape: cannot reach " + c.target + ": " + shortError(err)
	rec.down.lost(rec.config.Logger, c.target, err)
	rec.keepFailedConnect(r, *c, began, text+"\n", err)
	writeError(client, http.StatusBadGateway, text)
	client.Close()
	return false
}

// keepFailedConnect records a CONNECT that was answered with text.
func (rec *Recorder) keepFailedConnect(r *http.Request, c connection, began time.Time, text string, err error) {
	if rec.queue.broken.Load() || !rec.inFlight.enter() {
		return
	}
	defer rec.inFlight.leave()
	now := time.Now().UTC()
	header, _ := ourHead(http.StatusBadGateway, text)
	none := runnertape.Body{Framing: runnertape.NoBody}
	x := &runnertape.Exchange{
		State: runnertape.InFlight, Way: runnertape.Connect, Conn: c.number, Client: c.client,
		Scheme: "https", Host: http1.HostOf("https", c.target), Started: began, Replied: now, Ended: now,
		Request: runnertape.Request{
			Method: r.Method, Target: r.RequestURI, Proto: r.Proto,
			Header: append(runnertape.Header{{Name: "Host", Value: r.Host}}, runnertape.HeaderOf(r.Header)...), Body: none,
		},
	}
	rec.beginning.Lock()
	x.ID = rec.lastID.Add(1)
	rec.queue.put(snapshot(x))
	rec.beginning.Unlock()
	x.Response = &runnertape.Response{
		Status: http.StatusBadGateway, Reason: http.StatusText(http.StatusBadGateway), Proto: "HTTP/1.1", Header: header, Ours: true,
		Body: runnertape.Body{Framing: runnertape.Length, Declared: int64(len(text)), Bytes: int64(len(text))},
	}
	x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: shortError(err)}
	x.State = runnertape.Done
	rec.queue.write(x.ID, runnertape.ResponseSide, []byte(text))
	rec.queue.put(x)
}
