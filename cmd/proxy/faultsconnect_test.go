package main

import (
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"

	"runnertape/replay/replaytest"
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
			srv := replaytest.StartWith(t, "../../fixtures/runner-17.9.0-connect.txtar", replaytest.Options{Faults: []string{c.rule}, AllowUnused: true})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, discovery, nil)
			mustDo(t, err)
			res, err := srv.Client().Transport.RoundTrip(req)
			status := 0
			if err == nil {
				status = res.StatusCode
				_, err = io.ReadAll(res.Body)
				res.Body.Close()
			}
			if status != c.status || !errors.Is(err, c.want) {
				t.Errorf("status %d, %v; want %d, %v", status, err, c.status, c.want)
			}
		})
	}
}
