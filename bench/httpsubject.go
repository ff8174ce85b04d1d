package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"

	"github.com/elazarl/goproxy"
)

var silent = log.New(io.Discard, "", 0)

// reverseProxyRole is [httputil.ReverseProxy] as a forward proxy, since that is the way of all.
// CONNECT, which it does not know, is taken over and served as TLS by the same server.
func reverseProxyRole(s setup, d *driver) error {
	transport, err := tunedTransport(s)
	if err != nil {
		return err
	}
	scheme := "http"
	var inside *tls.Config
	if s.Secure {
		cert, err := tls.LoadX509KeyPair(s.Certs.Leaf, s.Certs.LeafKey)
		if err != nil {
			return err
		}
		scheme, inside = "https", &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = scheme, s.Upstream, r.In.Host
		},
		Transport: transport, FlushInterval: -1, ErrorLog: silent,
	}
	tunnelled := make(handedOver)
	go serveHTTP(tunnelled, proxy)
	return serveSubject(d, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			proxy.ServeHTTP(w, r)
			return
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		tunnelled <- tls.Server(c, inside)
	}))
}

// goproxyRole is goproxy with nothing to do: under TLS it intercepts, with its own loop. What is set
// is what one would set for speed and for bytes that stay as they are.
func goproxyRole(s setup, d *driver) error {
	p := goproxy.NewProxyHttpServer()
	p.Logger = silent
	p.KeepAcceptEncoding = true
	p.ConnectDial, p.ConnectDialWithReq = nil, nil
	p.CertStore = &certStore{}
	var err error
	if p.Tr, err = tunedTransport(s); err != nil {
		return err
	}
	ca, err := tls.LoadX509KeyPair(s.Certs.CA, s.Certs.CAKey)
	if err != nil {
		return err
	}
	intercept := &goproxy.ConnectAction{Action: goproxy.ConnectMitm, TLSConfig: goproxy.TLSConfigFromCA(&ca)}
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		return intercept, host
	})
	return serveSubject(d, p)
}

// certStore keeps what goproxy signed for the one host there is.
type certStore struct {
	mu   sync.Mutex
	cert *tls.Certificate
}

func (s *certStore) Fetch(_ string, sign func() (*tls.Certificate, error)) (cert *tls.Certificate, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cert == nil {
		s.cert, err = sign()
	}
	return s.cert, err
}

func tunedTransport(s setup) (*http.Transport, error) {
	roots, err := pool(s.Certs.CA)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, s.Upstream)
		},
		TLSClientConfig:     &tls.Config{RootCAs: roots, ServerName: secureHost},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     time.Minute,
	}, nil
}

func serveSubject(d *driver, h http.Handler) error {
	ln, err := listen()
	if err != nil {
		return err
	}
	go serveHTTP(ln, h)
	return d.listening(ln.Addr().String())
}

// serveHTTP serves full-duplex: else a server that answers fast makes net/http close
// the request's body under the transport's feet, and with it the connection to the upstream
// (https://go.dev/issue/40747).
func serveHTTP(ln net.Listener, h http.Handler) {
	server := &http.Server{ErrorLog: silent, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		h.ServeHTTP(w, r)
		r.Body.Close() // https://go.dev/issue/68560
	})}
	server.Serve(ln)
}

// handedOver is a listener of connections that came by CONNECT.
type handedOver chan net.Conn

func (h handedOver) Accept() (net.Conn, error) {
	if c, ok := <-h; ok {
		return c, nil
	}
	return nil, errors.New("closed")
}

func (h handedOver) Close() error   { return nil }
func (h handedOver) Addr() net.Addr { return &net.TCPAddr{} }
