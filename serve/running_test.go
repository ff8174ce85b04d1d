package serve

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/store"
)

// What does not end by itself is broken off.
func TestStopIsPatient(t *testing.T) {
	ca, err := proxy.LoadCA(t.TempDir(), "gitlab.test")
	if err != nil {
		t.Fatal(err)
	}
	var wasDone bool
	r, err := Start(func(done, cut context.Context, ln net.Listener) error {
		<-cut.Done()
		wasDone = done.Err() != nil
		return errors.Join(ln.Close(), io.ErrUnexpectedEOF)
	}, ca, "http://gitlab.test", AnyToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Stop(time.Nanosecond); !errors.Is(err, io.ErrUnexpectedEOF) || !wasDone {
		t.Errorf("%v, was done %v", err, wasDone)
	}
}

// A recording that fails ends what records it.
func TestFailureEndsServing(t *testing.T) {
	upstream := httptest.NewServer(http.NotFoundHandler())
	defer upstream.Close()
	url, err := proxy.ParseUpstream(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ca, err := proxy.LoadCA(dir, url.Host)
	if err != nil {
		t.Fatal(err)
	}
	w, err := store.Create(filepath.Join(dir, "a.db"), NewHeader("test", upstream.URL, true))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil { // nothing can be written to it
		t.Fatal(err)
	}
	rec := NewRecord(w, RecordConfig{Upstream: proxy.Upstream{URL: url}, CA: ca, Logger: quiet, Ended: func(*runnertape.Exchange, decode.Message) {}})
	ended := make(chan struct{})
	r, err := Start(func(done, cut context.Context, ln net.Listener) error {
		defer close(ended)
		return rec.Serve(done, cut, ln)
	}, ca, upstream.URL, AnyToken)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := r.Client().Get(r.URL() + "/api/v4/version"); err == nil {
		res.Body.Close()
	}
	<-ended // by itself
	if err := r.Stop(time.Minute); err == nil {
		t.Error("it has not failed")
	}
}
