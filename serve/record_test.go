package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/store"
)

var quiet = slog.New(slog.DiscardHandler)

// With secrets kept there is nothing that replaces them.
func TestSecretsKept(t *testing.T) {
	h := NewHeader("test", "http://gitlab.test", true)
	if h.Redacted || h.Key != nil || Secrets(h, h.Upstream) != nil {
		t.Errorf("%+v", h)
	}
}

// What passed through a Record is what a Replay answers with, by each way that a Place names; and what is made for
// either is removed.
func TestRecordAndReplay(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "from upstream") }))
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
	path := filepath.Join(dir, "a.db")
	w, err := store.Create(path, NewHeader("test", upstream.URL, false))
	if err != nil {
		t.Fatal(err)
	}
	var ended []string
	rec := NewRecord(w, RecordConfig{
		Upstream: proxy.Upstream{URL: url}, CA: ca, Secrets: Secrets(w.Header(), upstream.URL), Logger: quiet,
		Ended: func(x *runnertape.Exchange, _ decode.Message) { ended = append(ended, x.Request.Target) },
	})
	get := func(serve func(done, cut context.Context, ln net.Listener) error) {
		t.Helper()
		place, err := Start(serve, ca, upstream.URL, "glrt-a-token")
		if err != nil {
			t.Fatal(err)
		}
		for _, base := range []string{place.URL(), place.Upstream()} {
			res, err := place.Client().Get(base + "/api/v4/version")
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(res.Body); err != nil || string(body) != "from upstream" {
				t.Errorf("%s: %q, %v", base, body, err)
			}
			res.Body.Close()
		}
		if err := place.Stop(time.Minute); err != nil {
			t.Error(err)
		}
	}
	get(rec.Serve)
	if _, err := rec.Sink.Finish(func() bool { return false }); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(ended, []string{"/api/v4/version", "/api/v4/version"}) {
		t.Errorf("recorded %q", ended)
	}
	src, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	upstream.Close()
	again, err := NewReplay(t.Context(), src, replay.Options{Logger: quiet}, func(r *replay.Replayer) (*proxy.CA, error) {
		if hosts := Hosts(r); !slices.Equal(hosts, []string{"127.0.0.1"}) {
			t.Errorf("hosts %q", hosts)
		}
		return ca, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	get(again.Serve)
	again.End() // again
	if c := again.Receipt(); c.Served != 2 || c.Missed != 0 {
		t.Errorf("%s", c.Summary())
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	missing := errors.New("no CA")
	if _, err := NewReplay(t.Context(), src, replay.Options{Logger: quiet}, func(*replay.Replayer) (*proxy.CA, error) { return nil, missing }); !errors.Is(err, missing) {
		t.Errorf("without a CA: %v", err)
	}
}
