package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"runnertape"
)

// RecorderConfig is what a Recorder needs.
type RecorderConfig struct {
	Upstream  Upstream     // whom to ask
	Sink      Sink         // who keeps what passes
	LastID    uint64       // exchange ids go on from here
	Intercept []string     // hosts, or host:port, that are read beside the upstream's
	Rewrite   Rewriter     // changes URLs for clients of the reverse way; nil: nothing is changed
	Logger    *slog.Logger // must be set

	// Follows tells whether the place that a redirect names is to be read too.
	// Optional; called concurrently.
	Follows func(x *runnertape.Exchange) bool
}

// Recorder is the handler that asks the upstream and keeps what passes.
type Recorder struct {
	config     RecorderConfig
	transport  *http.Transport
	hosts      *hostSet
	queue      *queue
	tunnels    *Tunnels
	inFlight   gate
	maxRewrite int64 // as the constant; less in tests
	down       reachability

	beginning sync.Mutex    // makes the order of ids that of their first Puts
	lastID    atomic.Uint64 // written under beginning
}

// NewRecorder starts a Recorder, which must be closed.
func NewRecorder(c RecorderConfig) *Recorder {
	rec := &Recorder{
		config:     c,
		transport:  c.Upstream.transport(),
		hosts:      newHostSet(c.Intercept...),
		queue:      newQueue(c.Sink),
		tunnels:    NewTunnels(),
		maxRewrite: maxRewrite,
	}
	up := c.Upstream.URL
	rec.hosts.add(dialAddress(up.Scheme, up.Host))
	rec.lastID.Store(c.LastID)
	return rec
}

// Intercepts tells whether the traffic with host:port is read.
func (rec *Recorder) Intercepts(address string) bool { return rec.hosts.has(address) }

// Dial connects to a host whose traffic is not read.
func (rec *Recorder) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return rec.config.Upstream.dial(ctx, network, address)
}

// Tunnels counts the traffic that was not read.
func (rec *Recorder) Tunnels() *Tunnels { return rec.tunnels }

// Failed is closed when the Sink has failed: from then on nothing is recorded,
// and nothing new is answered.
func (rec *Recorder) Failed() <-chan struct{} { return rec.queue.failed }

// Exchanges is how many exchanges began since the Recorder was started.
func (rec *Recorder) Exchanges() uint64 { return rec.lastID.Load() - rec.config.LastID }

// Close lets no more requests in, waits for exchanges under way and for the
// Sink, and returns the Sink's first error.
func (rec *Recorder) Close() error {
	rec.inFlight.close()
	rec.transport.CloseIdleConnections()
	return rec.queue.close()
}

// ServeHTTP implements http.Handler.
func (rec *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rec.queue.failure() != nil || !rec.inFlight.enter() {
		panic(http.ErrAbortHandler) // what cannot be recorded is not answered
	}
	defer rec.inFlight.leave()
	t := rec.target(r)
	e := &exchanging{rec: rec, w: w, r: r, target: t, unwatch: func() {}}
	if t.unread {
		rec.tunnels.add(t.address(), TunnelCount{Requests: 1})
	} else {
		e.x = rec.begin(r, t)
	}
	if !e.run() {
		resetOnClose(r)
		panic(http.ErrAbortHandler) // breaks the client's connection as the other one broke
	}
}

// begin numbers an exchange and puts it for the first time.
func (rec *Recorder) begin(r *http.Request, t target) *runnertape.Exchange {
	a := ArrivalOf(r)
	x := &runnertape.Exchange{
		State:  runnertape.InFlight,
		Way:    a.Way,
		Conn:   a.Conn,
		Client: r.RemoteAddr,
		Scheme: t.scheme,
		Host:   t.host,
		Request: runnertape.Request{
			Method: r.Method,
			Target: t.uri,
			Proto:  r.Proto,
			Header: recordedHeader(r.Host, r.Header, r.Trailer),
			Body:   requestFraming(r),
		},
	}
	rec.beginning.Lock()
	defer rec.beginning.Unlock()
	x.ID = rec.lastID.Add(1)
	x.Started = time.Now().UTC()
	rec.queue.put(snapshot(x))
	return x
}

// follow reads the host of a redirect from now on, if it belongs to the protocol.
func (rec *Recorder) follow(x *runnertape.Exchange) {
	if rec.config.Follows == nil || x.Status() < 300 || x.Status() > 399 {
		return
	}
	u, err := locationOf(x)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || !rec.config.Follows(x) {
		return
	}
	if address := dialAddress(u.Scheme, hostOf(u.Scheme, u.Host)); rec.hosts.add(address) {
		rec.config.Logger.Info("recording the host of a redirect too", "host", address)
	}
}

// shortError is one line of err, without the URL that net/http puts before it.
func shortError(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
		if op.Op == "dial" {
			err = fmt.Errorf("dial: %w", op.Err)
		}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}
