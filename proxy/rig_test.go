package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape"
)

var ways = []runnertape.Way{runnertape.Reverse, runnertape.Forward, runnertape.Connect}

// rig is a Recorder behind a Door, on a real listener.
type rig struct {
	t       *testing.T
	addr    string
	host    string // of the upstream
	ca      *CA
	rec     *Recorder
	sink    *memory
	log     *log
	stop    context.CancelFunc
	cut     context.CancelFunc
	served  chan error
	closing sync.Once
}

// newRig starts a rig before the upstream of that base URL.
func newRig(t *testing.T, upstream string, changes ...func(*RecorderConfig)) *rig {
	t.Helper()
	before := runtime.NumGoroutine()
	u, err := ParseUpstream(upstream)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, host: u.Host, sink: newMemory(t), log: newLog(), served: make(chan error, 1)}
	logger := slog.New(slog.NewTextHandler(r.log, nil))
	config := RecorderConfig{Upstream: Upstream{URL: u}, Sink: r.sink, Logger: logger}
	for _, change := range changes {
		change(&config)
	}
	r.rec = NewRecorder(config)
	if r.ca, err = LoadCA(t.TempDir(), AnyHost); err != nil {
		t.Fatal(err)
	}
	ln := listen(t)
	r.addr = ln.Addr().String()
	door := NewDoor(Config{Recorder: r.rec, CA: r.ca, Intercept: r.rec.Intercepts, Logger: logger})
	ctx, stop := context.WithCancel(t.Context())
	cut, cutNow := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.cut = stop, cutNow
	go func() { r.served <- door.Serve(ctx, cut, ln) }()
	t.Cleanup(func() {
		r.close()
		awaitGoroutines(t, before)
	})
	return r
}

// close cuts the rig, and checks that nothing was lost.
func (r *rig) close() {
	r.closing.Do(func() {
		r.stop()
		r.cut()
		r.awaitServed()
		if err := r.rec.Close(); err != nil {
			r.t.Errorf("Close: %v", err)
		}
		r.sink.complete()
	})
}

func (r *rig) awaitServed() {
	r.t.Helper()
	select {
	case err := <-r.served:
		if err != nil {
			r.t.Errorf("Serve: %v", err)
		}
		r.served <- nil
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		r.t.Fatalf("Serve did not return\n%s", stacks[:runtime.Stack(stacks, true)])
	}
}

// dial reaches the recorder. By the way of CONNECT, the connection is one inside.
func (r *rig) dial(way runnertape.Way) *wire {
	r.t.Helper()
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	w := newWire(r.t, c)
	if way == runnertape.Connect {
		w.send("CONNECT " + r.host + " HTTP/1.1\nHost: " + r.host + "\n\n")
		if head := w.head(); !strings.HasPrefix(head, "HTTP/1.1 200 ") {
			r.t.Fatalf("CONNECT: %s", head)
		}
	}
	return w
}

// dialSecure is dial by the way of CONNECT, with TLS inside that the recorder answers.
func (r *rig) dialSecure() *wire {
	r.t.Helper()
	host, _, err := net.SplitHostPort(r.host)
	if err != nil {
		r.t.Fatal(err)
	}
	return newWire(r.t, tls.Client(r.dial(runnertape.Connect).Conn, &tls.Config{RootCAs: r.trust(), ServerName: host}))
}

// trust is a pool with the recorder's CA in it.
func (r *rig) trust() *x509.CertPool {
	r.t.Helper()
	pool := x509.NewCertPool()
	pem, err := os.ReadFile(r.ca.File())
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		r.t.Fatalf("read CA: %v", err)
	}
	return pool
}

// target is path as the request line has it.
func (r *rig) target(way runnertape.Way, path string) string {
	if way == runnertape.Forward {
		return "http://" + r.host + path
	}
	return path
}

// client is a net/http client that uses the recorder as its proxy.
func (r *rig) client() *http.Client {
	tr := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: r.addr}),
		TLSClientConfig: &tls.Config{RootCAs: r.trust()},
	}
	r.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}

// awaitGoroutines waits until no more goroutines run than did before.
func awaitGoroutines(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// log keeps what was logged.
type log struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
}

func newLog() *log { return &log{} }

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// httpUpstream serves h until the test ends.
func httpUpstream(t testing.TB, h http.HandlerFunc) string {
	ln := listen(t)
	s := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go s.Serve(ln) // ends with Close
	t.Cleanup(func() { s.Close() })
	return "http://" + ln.Addr().String()
}

// upstreamTLS is an upstream's TLS and the pool that trusts it.
func upstreamTLS(t testing.TB) (*tls.Config, *x509.CertPool) {
	t.Helper()
	ca, err := LoadCA(filepath.Join(t.TempDir(), "upstream"), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.leaf("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return &tls.Config{Certificates: []tls.Certificate{*cert}}, pool
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
