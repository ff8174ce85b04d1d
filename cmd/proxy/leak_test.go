package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"runnertape/proxy"
	"runnertape/store"
)

// A thousand long polls are held, and dropped by their clients. Half of them at a time: the
// race detector follows 8128 goroutines at most, and there are several to a poll.
const (
	heldAtOnce = 500
	heldTimes  = 2
)

// holder is an upstream that answers nothing until its client has left.
type holder struct{ arrived, left chan struct{} }

func newHolder(t *testing.T) (h *holder, url string) {
	t.Helper()
	h = &holder{make(chan struct{}, heldAtOnce), make(chan struct{}, heldAtOnce)}
	upstream := httptest.NewServer(h)
	t.Cleanup(upstream.Close)
	return h, upstream.URL
}

func (h *holder) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	h.arrived <- struct{}{}
	<-r.Context().Done()
	h.left <- struct{}{}
	panic(http.ErrAbortHandler) // else net/http would answer
}

// holdAndDrop sends n polls at once to url, and leaves when all are with the upstream. It
// returns when the upstream has noticed each of them leaving.
func (h *holder) holdAndDrop(t *testing.T, url string, n int) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var polls sync.WaitGroup
	transport := &http.Transport{DisableKeepAlives: true}
	for range n {
		polls.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v4/jobs/request", strings.NewReader(`{"info":{"name":"held"}}`))
			if err != nil {
				t.Error(err)
				return
			}
			if res, err := transport.RoundTrip(req); err == nil {
				t.Errorf("a poll was answered: %s", res.Status)
				res.Body.Close()
			}
		})
	}
	h.awaitAll(t, h.arrived, n, "with the upstream")
	leave()
	polls.Wait()
	h.awaitAll(t, h.left, n, "over for the upstream")
}

func (h *holder) awaitAll(t *testing.T, events <-chan struct{}, n int, what string) {
	t.Helper()
	late := time.After(patience)
	for i := range n {
		select {
		case <-events:
		case <-late:
			t.Fatalf("%d of %d polls are %s", i, n, what)
		}
	}
}

// comesBackTo waits until there are no more of what is counted than at the start. Nothing tells
// when a count changes, so that this looks again and again.
func comesBackTo(t *testing.T, start int, what string, count func() int) {
	t.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	now := count()
	for ; now > start; now = count() {
		select {
		case <-again.C:
		case <-late:
			t.Errorf("%d %s, %d at the start", now, what, start)
			return
		}
	}
	t.Logf("%s: %d at the start, %d after %d polls held and dropped", what, start, now, heldAtOnce*heldTimes)
}

// openFiles counts the file descriptors of a process, or skips where there is no /proc.
func openFiles(t *testing.T, process string) func() int {
	t.Helper()
	dir := filepath.Join("/proc", process, "fd")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("NOT RUN: %v", err)
	}
	return func() int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Error(err)
		}
		return len(entries)
	}
}

// The program itself: its file descriptors, while it goes on recording.
func TestHeldPollsLeaveNoFiles(t *testing.T) {
	h, upstream := newHolder(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "recording.db")
	p := startProgram(t, dir, cleanEnv(dir), "record", "--listen", "127.0.0.1:0", "--upstream", upstream, path)
	defer func() {
		p.command.Process.Kill()
		<-p.ended
	}()
	url := "http://" + p.await(t, listening)[1]
	files := openFiles(t, fmt.Sprint(p.command.Process.Pid))
	h.holdAndDrop(t, url, 1)
	start := files()
	for range heldTimes {
		h.holdAndDrop(t, url, heldAtOnce)
	}
	comesBackTo(t, start, "open files", files)
	mustDo(t, p.command.Process.Signal(syscall.SIGINT))
	<-p.ended
	wantDropped(t, path)
}

// The same in this process, where goroutines can be counted.
func TestHeldPollsLeaveNoGoroutines(t *testing.T) {
	h, upstream := newHolder(t)
	dir := t.TempDir()
	settings := &recordSettings{path: filepath.Join(dir, "recording.db")}
	var err error
	settings.upstream.URL, err = proxy.ParseUpstream(upstream)
	mustDo(t, err)
	ca, ln, err := demoDoor(dir, "127.0.0.1")
	mustDo(t, err)
	w, err := settings.openWriter()
	mustDo(t, err)
	p, stop, _ := testProcess(t)
	recorded := make(chan error, 1)
	go func() { recorded <- p.recordTo(w, settings, ca, ln) }()
	url := "http://" + ln.Addr().String()
	h.holdAndDrop(t, url, 1)
	start := runtime.NumGoroutine()
	for range heldTimes {
		h.holdAndDrop(t, url, heldAtOnce)
	}
	comesBackTo(t, start, "goroutines", runtime.NumGoroutine)
	stop()
	mustDo(t, <-recorded)
	wantDropped(t, settings.path)
}

// wantDropped wants every poll in the recording, broken off by its client.
func wantDropped(t *testing.T, path string) {
	t.Helper()
	found, err := store.Check(path)
	if want := int64(heldTimes*heldAtOnce + 1); err != nil || !found.Whole() || found.Exchanges != want || found.InFlight > 0 {
		t.Errorf("%d exchanges, want %d: %v %+v", found.Exchanges, want, err, found)
	}
	r, err := store.Open(path)
	mustDo(t, err)
	defer r.Close()
	for x, err := range r.Exchanges() {
		mustDo(t, err)
		if x.Failure == nil || x.Response != nil {
			t.Fatalf("exchange %d ended with status %d, failure %v", x.ID, x.Status(), x.Failure)
		}
	}
}
