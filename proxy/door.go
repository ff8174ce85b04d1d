package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elazarl/goproxy"
)

const (
	// readHeaderTimeout also bounds TLS handshakes.
	readHeaderTimeout = 30 * time.Second
	// idleTimeout is longer than the runner's 90 s, so that it is the runner that
	// closes an idle connection and never sends into one being closed.
	idleTimeout = 150 * time.Second
)

// Config is what a Door needs.
type Config struct {
	Recorder  *Recorder                 // takes what arrives, as connections; or
	Handler   http.Handler              // answers what arrives, as requests
	CA        *CA                       // signs for intercepted hosts; must be set
	Intercept func(address string) bool // whether CONNECT to host:port is read; called concurrently
	Logger    *slog.Logger              // must be set

	// Refuse gives the reason why a CONNECT to a host that is not intercepted is
	// answered 403. Needed with Handler; a Recorder has its own. Called concurrently.
	Refuse func(r *http.Request, address string) (reason string)
}

// Door is one listener with three ways in. Make it with NewDoor. It can be
// opened once.
type Door struct {
	config  Config
	server  *http.Server
	connect *goproxy.ProxyHttpServer
	inner   *connListener // hands intercepted connections back to server
	conns   atomic.Uint64
	tls     *tls.Config // one for all connections, so that clients can resume sessions
	doubted sync.Map    // hosts for which a client did not take our certificate, which is said once
	inside  gate        // requests being handled

	life context.Context // of all that is under way; its cause of death is errStopped
	cut  context.CancelCauseFunc
}

// NewDoor prepares a door; Serve opens it.
func NewDoor(c Config) *Door {
	d := &Door{config: c, inner: newConnListener()}
	d.life, d.cut = context.WithCancelCause(context.Background())
	d.connect = d.newConnect()
	d.tls = d.newTLS()
	if c.Recorder != nil {
		c.Recorder.connect = d.connectPair
		return d
	}
	d.server = &http.Server{
		Handler:                      http.HandlerFunc(d.serveHTTP),
		ReadHeaderTimeout:            readHeaderTimeout,
		IdleTimeout:                  idleTimeout,
		BaseContext:                  func(net.Listener) context.Context { return d.life },
		ConnContext:                  d.connContext,
		TLSNextProto:                 map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only, as runners speak
		DisableGeneralOptionsHandler: true,                                                     // "OPTIONS *" is for the upstream to answer
		ErrorLog:                     slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
	}
	return d
}

// Serve answers on ln until ctx is done. Then it stops listening, lets what is
// under way end, and returns nil; when cut is done too, it breaks that off. Tunnels and
// upgraded connections, which have no end of their own, are closed when the last
// request has ended. No request is being handled when Serve returns.
func (d *Door) Serve(ctx, cut context.Context, ln net.Listener) error {
	if d.config.Recorder != nil {
		return d.config.Recorder.serve(ctx, cut, ln, func() uint64 { return d.conns.Add(1) })
	}
	ended := make(chan error, 2)
	var servers sync.WaitGroup
	for _, l := range []net.Listener{ln, d.inner} {
		servers.Go(func() { ended <- d.server.Serve(l) })
	}
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-ended: // the listener broke
	}
	if err := d.server.Shutdown(cut); err != nil && cut.Err() == nil {
		failure = errors.Join(failure, err)
	}
	d.cut(errStopped) // before the connections are closed, so that the reason is known
	d.server.Close()
	servers.Wait()
	d.inside.close()
	return failure
}

func (d *Door) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if !d.inside.enter() {
		panic(http.ErrAbortHandler)
	}
	defer d.inside.leave()
	if r.Method == http.MethodConnect {
		d.connect.ServeHTTP(wholeHijacker{w}, r)
		return
	}
	arrive(r)
	d.config.Handler.ServeHTTP(w, r)
}

// connContext numbers client connections. A connection inside a CONNECT keeps its number.
func (d *Door) connContext(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if i, ok := c.(*interceptedConn); ok {
		return context.WithValue(ctx, connectionKey{}, i.connection)
	}
	return context.WithValue(ctx, connectionKey{}, connection{number: d.conns.Add(1), client: c.RemoteAddr().String()})
}
