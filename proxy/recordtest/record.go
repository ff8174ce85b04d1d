package recordtest

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/serve"
	"runnertape/store"
)

// recording is a recorder for one test.
type recording struct {
	*serve.Running
	t       testing.TB
	to      *target
	made    string // where it is made, a database
	options Options
	writer  *store.Writer
	rec     *serve.Record

	mu      sync.Mutex // guards what follows
	closed  bool
	refused int // exchanges that were answered here, since GitLab could not be reached
}

// record starts a recorder.
func record(t testing.TB, to *target, o Options) *recording {
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("recordtest: record %s: %v", to.path, err)
		}
	}
	upstream, err := o.upstream()
	fail(err)
	t.Cleanup(to.unmake)
	fail(to.prepare())
	dir := t.TempDir()
	ca, err := proxy.LoadCA(filepath.Join(dir, "ca"), append([]string{upstream.URL.Host}, o.Intercept...)...)
	fail(err)
	r := &recording{t: t, to: to, made: filepath.Join(dir, "recording.db"), options: o}
	header := serve.NewHeader("runnertape recordtest", upstream.URL.String(), false)
	if key := keyOf(to.path); len(key) > 0 {
		header.Key = key
	}
	r.writer, err = store.Create(r.made, header)
	fail(err)
	secrets := serve.Secrets(r.writer.Header(), upstream.URL.String())
	given := o.Secrets
	if o.Token != "" {
		given.Values = append(slices.Clone(given.Values), o.Token)
	}
	for range secrets.Give(given) {
		t.Errorf("recordtest: one of Options.Secrets, or the token, cannot be replaced: too short, too long, too common, or part of what the protocol says")
	}
	r.rec = serve.NewRecord(r.writer, serve.RecordConfig{
		Upstream: upstream, CA: ca, Intercept: o.Intercept, RewriteURLs: true, Secrets: secrets,
		Logger: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Ended: r.ended,
	})
	r.Running, err = serve.Start(r.rec.Serve, ca, upstream.URL.String(), o.Token)
	fail(err)
	t.Cleanup(r.Close)
	return r
}

// upstream is the GitLab to record.
func (o Options) upstream() (u proxy.Upstream, err error) {
	if o.Upstream == "" {
		return u, errors.New("Options.Upstream is empty: it names the GitLab to record")
	}
	u.Resolve = o.Resolve
	if u.URL, err = proxy.ParseUpstream(o.Upstream); err == nil && o.UpstreamCA != "" {
		u.RootCAs, err = proxy.AddRootCAs(o.UpstreamCA)
	}
	return u, err
}

// ended is told of each exchange.
func (r *recording) ended(x *runnertape.Exchange, _ decode.Message) {
	if x.Response != nil && x.Response.Ours {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.refused++
	}
}
