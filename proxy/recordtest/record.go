package recordtest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/serve"
	"runnertape/store"
)

// recording is a recorder for one test.
type recording struct {
	*serve.Place
	t       testing.TB
	path    string // where the recording is to be
	made    string // where it is made, a database
	options Options
	writer  *store.Writer
	rec     *serve.Record

	finish context.CancelFunc // lets what is under way end
	cut    context.CancelFunc // breaks it off
	served chan error         // what Serve returned

	mu      sync.Mutex // guards what follows
	closed  bool
	refused int // exchanges that were answered here, since GitLab could not be reached
}

// record starts a recorder.
func record(t testing.TB, path string, o Options) *recording {
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("recordtest: record %s: %v", path, err)
		}
	}
	if o.Upstream == "" {
		fail(errors.New("Options.Upstream is empty: it names the GitLab to record"))
	}
	upstream := proxy.Upstream{Resolve: o.Resolve}
	var err error
	upstream.URL, err = proxy.ParseUpstream(o.Upstream)
	fail(err)
	if o.UpstreamCA != "" {
		upstream.RootCAs, err = proxy.AddRootCAs(o.UpstreamCA)
		fail(err)
	}
	fail(os.MkdirAll(filepath.Dir(path), 0o777))
	dir := t.TempDir()
	ca, err := proxy.LoadCA(filepath.Join(dir, "ca"), append([]string{upstream.URL.Host}, o.Intercept...)...)
	fail(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	r := &recording{t: t, path: path, made: filepath.Join(dir, "recording.db"), options: o, served: make(chan error, 1)}
	if r.writer, err = store.Create(r.made, serve.NewHeader("runnertape recordtest", upstream.URL.String(), false)); err != nil {
		ln.Close()
		fail(err)
	}
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
	r.Place = serve.NewPlace(ln.Addr().String(), ca, upstream.URL.String(), o.Token)
	done, finish := context.WithCancel(context.Background()) // the test's own ends before its cleanup, when clients may still say goodbye
	cut, breakOff := context.WithCancel(context.Background())
	r.finish, r.cut = finish, breakOff
	go func() { r.served <- r.rec.Serve(done, cut, ln) }() // ends with Close
	go func() {                                            // ends with cut
		select {
		case <-r.rec.Failed(): // what cannot be recorded is not answered
			breakOff()
		case <-cut.Done():
		}
	}()
	t.Cleanup(r.Close)
	return r
}

// ended is told of each exchange.
func (r *recording) ended(x *runnertape.Exchange, _ decode.Message) {
	if x.Response != nil && x.Response.Ours {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.refused++
	}
}

// closePatience is how long a real GitLab has to answer what is under way when the test ends.
const closePatience = 10 * time.Second

// Close ends the recorder, and writes the recording if the test has passed.
func (r *recording) Close() {
	r.t.Helper()
	r.mu.Lock()
	closed := r.closed
	r.closed = true
	r.mu.Unlock()
	if closed {
		return
	}
	r.Client().CloseIdleConnections()
	r.finish()
	patience := time.AfterFunc(closePatience, r.cut)
	err := <-r.served
	patience.Stop()
	r.cut()
	if err == nil {
		_, err = r.rec.Sink.Finish(func() bool { return false })
	}
	err = errors.Join(err, r.writer.Close())
	for address, n := range r.rec.Tunnels().Counts() {
		r.t.Logf("recordtest: not recorded: %s, %d tunnels, %d plain requests; Options.Intercept records a host", address, n.Connections, n.Requests)
	}
	switch {
	case err != nil:
		r.t.Errorf("recordtest: record %s: %v", r.path, err)
	case r.refused > 0:
		r.t.Errorf("recordtest: %s is not written: %d requests were not answered by GitLab, which could not be reached", r.path, r.refused)
	case r.t.Failed():
		r.t.Logf("recordtest: %s is not written: the test has failed", r.path)
	default:
		if err := r.keep(); err != nil {
			r.t.Errorf("recordtest: %s is not written: %v", r.path, err)
		}
	}
}

// keep writes what was recorded as text, which takes the place of the old one if it can be replayed.
func (r *recording) keep() (err error) {
	src, err := store.Open(r.made)
	if err != nil {
		return err
	}
	defer src.Close()
	dir, err := os.MkdirTemp(filepath.Dir(r.path), ".recordtest-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text := filepath.Join(dir, filepath.Base(r.path))
	if err := writeText(text, src); err != nil {
		return err
	}
	if err := r.replays(text); err != nil {
		return err
	}
	if err := os.Rename(text, r.path); err != nil {
		return err
	}
	r.t.Logf("recordtest: wrote %s, %d exchanges", r.path, r.rec.Exchanges())
	return nil
}
