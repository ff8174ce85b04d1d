package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"

	"runnertape/faults"
	"runnertape/replay"
)

// A connection is dropped, or reset, also where it is TLS inside a CONNECT.
func TestFaultsInsideConnect(t *testing.T) {
	const discovery = "https://gitlab.test/api/v4/runners/router/discovery"
	for _, c := range []struct {
		rule   string
		status int   // 0 if none comes
		want   error // of the connection
	}{
		{"router_discovery: drop", 0, io.EOF},
		{"router_discovery: drop taken", 0, io.EOF},
		{"router_discovery: reset", 0, syscall.ECONNRESET},
		{"router_discovery: drop after 5 of answer", 501, io.ErrUnexpectedEOF},
		{"router_discovery: reset after 5 of answer", 501, syscall.ECONNRESET},
		{"router_discovery: 503", 503, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			src, err := openRecording("../../fixtures/runner-17.9.0-connect.txtar")
			mustDo(t, err)
			defer src.Close()
			rules, err := faults.Parse("f", c.rule)
			mustDo(t, err)
			r := startReplayWith(t, src, t.TempDir(), func(o *replay.Options) { o.Faults = faults.NewSet(1, rules) })
			pem, err := os.ReadFile(r.ca.File())
			mustDo(t, err)
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(pem)
			transport := &http.Transport{
				Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: r.address}),
				TLSClientConfig: &tls.Config{RootCAs: roots},
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, discovery, nil)
			mustDo(t, err)
			res, err := transport.RoundTrip(req)
			status := 0
			if err == nil {
				status = res.StatusCode
				_, err = io.ReadAll(res.Body)
				res.Body.Close()
			}
			if status != c.status || !errors.Is(err, c.want) {
				t.Errorf("status %d, %v; want %d, %v", status, err, c.status, c.want)
			}
			transport.CloseIdleConnections()
			r.stop()
			mustDo(t, <-r.served)
		})
	}
}
