package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// crashLoad is both peers of a recorder: clients that send known content, and the
// handler of an upstream that answers with known content.
type crashLoad struct {
	clock clock
	seed  uint64

	mu sync.Mutex
	// guarded by mu
	calls    map[string]*crashCall
	problems []string // what a peer must not see
}

func newCrashLoad(seed uint64) *crashLoad {
	return &crashLoad{clock: clock{time.Now()}, seed: seed, calls: map[string]*crashCall{}}
}

func (l *crashLoad) problem(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

func (l *crashLoad) find(id string) *crashCall {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[id]
}

// client is one goroutine of the load: what it sends, and how long it pauses after each,
// which keeps the bytes of a second within what a slow disk can take.
type client struct {
	make  func(*rand.Rand, *crashCall)
	pause time.Duration
}

var clients = []client{
	{pollCall, 0},
	{pollCall, 0},
	{traceCall, 0},
	{traceCall, 10 * time.Millisecond},
	{uploadCall, 100 * time.Millisecond},
	{downloadCall, 100 * time.Millisecond},
	{heldPollCall, 0},
	{heldPollCall, 0},
	{heldUploadCall, 0},
}

// run sends requests to base until ctx is done or they fail, and returns when all clients have
// ended. What fails before killed is set is a problem.
func (l *crashLoad) run(ctx context.Context, round int, base string, killed func() bool) {
	transport := &http.Transport{MaxIdleConnsPerHost: len(clients)}
	defer transport.CloseIdleConnections()
	var running sync.WaitGroup
	for n, client := range clients {
		running.Go(func() {
			r := rand.New(rand.NewPCG(l.seed, uint64(round)<<32|uint64(n)))
			for i := 0; ctx.Err() == nil; i++ {
				call := &crashCall{round: round, id: fmt.Sprintf("%d-%d-%d", round, n, i)}
				client.make(r, call)
				l.mu.Lock()
				l.calls[call.id] = call
				l.mu.Unlock()
				if err := l.send(ctx, transport, base, call); err != nil {
					if !killed() {
						l.problem("%s: %v", call.id, err)
					}
					return
				}
				select {
				case <-time.After(client.pause):
				case <-ctx.Done():
				}
			}
		})
	}
	running.Wait()
}

// send does one call, and notes when it ended as it should. The error is that of a call that
// was not answered.
func (l *crashLoad) send(ctx context.Context, transport *http.Transport, base string, c *crashCall) error {
	req, err := c.request(ctx, base)
	if err != nil {
		return err
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != c.status || !bytes.Equal(got, c.down.bytes()) {
		l.problem("%s: the client got %s with %d bytes that are not the upstream's", c.id, res.Status, len(got))
		return nil
	}
	c.ended.Store(l.clock.now())
	return nil
}

// ServeHTTP is the upstream.
func (l *crashLoad) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := l.find(r.URL.Query().Get("crash"))
	if c == nil {
		l.problem("the upstream got %s, which nobody sent", r.RequestURI)
		return
	}
	c.arrived.Store(l.clock.now())
	got, err := io.ReadAll(r.Body)
	switch {
	case err != nil: // the recorder was killed
		panic(http.ErrAbortHandler)
	case !bytes.Equal(got, c.up.bytes()):
		l.problem("%s: the upstream got %d bytes that are not the client's", c.id, len(got))
	case c.held:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(c.status)
	if c.status != http.StatusNoContent {
		w.Write(c.down.bytes())
	}
}
