package proxy

import (
	"context"
	"crypto/tls"
	"log/slog"
	"sync"
	"sync/atomic"

	"runnertape"
	"runnertape/proxy/http1"
)

// RecorderConfig is what a Recorder needs.
type RecorderConfig struct {
	Upstream  Upstream     // whom to ask
	Sink      Sink         // who keeps what passes
	LastID    uint64       // exchange ids go on from here
	Intercept []string     // hosts, or host:port, that are read beside the upstream's
	Rewrite   Rewriter     // changes URLs for clients of the reverse way; nil: nothing is changed
	Closed    bool         // serve the upstream and the hosts that are read, and refuse all others
	Logger    *slog.Logger // must be set

	// Sync makes the end of each response wait until all that was said is durable.
	// That the exchange is over is so only after it.
	Sync bool

	// Draining is told that serving ends: no exchange begins any more, and those under way
	// may end. Optional; called once, before that is waited for.
	Draining func()

	// Permits tells whether the CA may sign for a host. CONNECT to one that it may
	// not sign for is not read. Optional; called concurrently.
	Permits func(host string) bool

	// Follows tells whether the place that a redirect names is to be read too.
	// Optional; called concurrently.
	Follows func(x *runnertape.Exchange) bool
}

// Recorder passes on what clients and upstreams say to each other, and keeps it.
// It stands behind a [Door].
type Recorder struct {
	config     RecorderConfig
	tls        *tls.Config // for upstreams
	hosts      *hostSet
	queue      *queue
	tunnels    *Tunnels
	maxRewrite int // as the constant; less in tests
	down       reachability
	refusing   sync.Once            // is said
	unread     atomic.Bool          // is said
	connect    func(p *pair, n int) // the door's: answers a CONNECT whose head of n bytes is held

	life context.Context // of all connections; its cause of death is errStopped
	cut  context.CancelCauseFunc

	draining atomic.Bool // no exchange begins any more
	inFlight gate        // exchanges under way, but for upgraded ones
	pairs    pairSet

	beginning sync.Mutex    // makes the order of ids that of their first Puts
	lastID    atomic.Uint64 // written under beginning
}

// NewRecorder starts a Recorder, which must be closed.
func NewRecorder(c RecorderConfig) *Recorder {
	rec := &Recorder{
		config:     c,
		tls:        c.Upstream.clientTLS(),
		hosts:      newHostSet(c.Intercept...),
		queue:      newQueue(c.Sink),
		tunnels:    NewTunnels(),
		maxRewrite: maxRewrite,
	}
	rec.life, rec.cut = context.WithCancelCause(context.Background())
	up := c.Upstream.URL
	rec.hosts.add(dialAddress(up.Scheme, up.Host))
	rec.lastID.Store(c.LastID)
	return rec
}

// Intercepts tells whether CONNECT to host:port is read.
func (rec *Recorder) Intercepts(address string) bool {
	return rec.hosts.has(address) && rec.permits(address)
}

func (rec *Recorder) permits(address string) bool {
	return rec.config.Permits == nil || rec.config.Permits(address)
}

// Tunnels counts the traffic that was not read.
func (rec *Recorder) Tunnels() *Tunnels { return rec.tunnels }

// Failed is closed when the Sink has failed: from then on nothing is recorded,
// and nothing new is answered.
func (rec *Recorder) Failed() <-chan struct{} { return rec.queue.failed }

// Exchanges is how many exchanges began since the Recorder was started.
func (rec *Recorder) Exchanges() uint64 { return rec.lastID.Load() - rec.config.LastID }

// Close waits for the Sink, and returns its first error. The door must have been closed before.
func (rec *Recorder) Close() error {
	rec.inFlight.close()
	rec.cut(errStopped)
	return rec.queue.close()
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
	address := dialAddress(u.Scheme, http1.HostOf(u.Scheme, u.Host))
	switch {
	case !rec.hosts.add(address):
	case u.Scheme == "https" && x.Way != runnertape.Reverse && !rec.permits(address):
		rec.config.Logger.Warn("the host of a redirect is not recorded, because the CA may not sign for it; add --intercept "+certName(address), "host", address)
	case x.Way == runnertape.Reverse && rec.config.Rewrite == nil:
		rec.config.Logger.Warn("a redirect leads past the recorder; --rewrite-urls leads it here", "host", address)
	default:
		rec.config.Logger.Info("recording the host of a redirect too", "host", address)
	}
}
