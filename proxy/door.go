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
	Handler   http.Handler              // answers what arrives; must be set
	CA        *CA                       // signs for intercepted hosts; must be set
	Intercept func(address string) bool // whether CONNECT to host:port is read; called concurrently
	Logger    *slog.Logger              // must be set

	// Dial opens tunnels to hosts that are not intercepted. If nil there are no
	// tunnels: CONNECT to such a host is answered 403, and Refused is told.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Tunnels *Tunnels                              // counts what was tunnelled; needed with Dial
	Refused func(r *http.Request, address string) // optional; called concurrently
}

// Door is one listener with three ways in. Make it with NewDoor.
type Door struct {
	config  Config
	server  *http.Server
	connect *goproxy.ProxyHttpServer
	inner   *connListener // hands intercepted connections back to server
	conns   atomic.Uint64
	tlsOnce sync.Once
	tls     *tls.Config // made at the first interception
}

// NewDoor prepares a door; Serve opens it.
func NewDoor(c Config) *Door {
	d := &Door{config: c, inner: newConnListener()}
	d.connect = d.newConnect()
	d.server = &http.Server{
		Handler:           http.HandlerFunc(d.serveHTTP),
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		ConnContext:       d.connContext,
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only, as runners speak
		ErrorLog:          slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
	}
	return d
}

// Serve answers on ln until ctx is done. Then it stops listening, lets what is
// under way end, and returns nil; when cut is done too, it breaks that off.
// No request is being handled when it returns.
func (d *Door) Serve(ctx, cut context.Context, ln net.Listener) error {
	ended := make(chan error, 2)
	var servers sync.WaitGroup
	for _, l := range []net.Listener{ln, d.inner} {
		servers.Go(func() { ended <- d.server.Serve(l) })
	}
	var failure error
	select {
	case <-ctx.Done():
	case err := <-ended: // the listener broke
		failure = err
	}
	if err := d.server.Shutdown(cut); err != nil && cut.Err() == nil {
		failure = errors.Join(failure, err)
	}
	d.inner.Close()
	d.server.Close()
	if d.config.Tunnels != nil {
		d.config.Tunnels.close()
	}
	servers.Wait()
	return failure
}

func (d *Door) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		d.connect.ServeHTTP(wholeHijacker{w}, r)
		return
	}
	d.config.Handler.ServeHTTP(w, arrive(r))
}

// connContext numbers client connections. A connection inside a CONNECT keeps its number.
func (d *Door) connContext(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if i, ok := c.(*interceptedConn); ok {
		return context.WithValue(ctx, connectionKey{}, i.connection)
	}
	return context.WithValue(ctx, connectionKey{}, connection{number: d.conns.Add(1)})
}
