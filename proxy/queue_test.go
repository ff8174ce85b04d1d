package proxy

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape"
)

// slow is a Sink that lets the queue fill up, and keeps only sums.
type slow struct {
	queue func() *queue
	sums  map[bodyKey]hash.Hash
	sizes map[bodyKey]int
	most  int
}

func (s *slow) Put(*runnertape.Exchange) error { return nil }

func (s *slow) Write(id uint64, side runnertape.Side, p []byte) error {
	key := bodyKey{id, side}
	if s.sums[key] == nil {
		s.sums[key] = sha256.New()
		for s.queue().held() <= queueBytes-largeBuffer { // until the traffic has to wait
			runtime.Gosched()
		}
	}
	s.most = max(s.most, s.queue().held())
	s.sums[key].Write(p)
	s.sizes[key] += len(p)
	return nil
}

func (s *slow) Commit() error { return nil }

func TestLargeBodiesAreBounded(t *testing.T) {
	const size = 64 << 20
	base := httpUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		io.Copy(sum, r.Body)
		w.Header().Set("Trailer", "Sum")
		io.Copy(w, pattern(size)) // chunked
		w.Header().Set("Sum", fmt.Sprintf("%x", sum.Sum(nil)))
	})
	sink := &slow{sums: map[bodyKey]hash.Hash{}, sizes: map[bodyKey]int{}}
	r := newRig(t, base, func(c *RecorderConfig) { c.Sink = sink })
	sink.queue = func() *queue { return r.rec.queue }
	r.rec.queue.maxLag = time.Hour // before the first request

	want := sha256.New()
	io.Copy(want, pattern(size))
	sum := fmt.Sprintf("%x", want.Sum(nil))
	resp, err := r.client().Post(base, "", struct{ io.Reader }{pattern(size)}) // chunked
	if err != nil {
		t.Fatal(err)
	}
	got := sha256.New()
	if n, err := io.Copy(got, resp.Body); n != size || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	resp.Body.Close()
	if down := fmt.Sprintf("%x", got.Sum(nil)); down != sum || resp.Trailer.Get("Sum") != sum {
		t.Errorf("down %s, up %s, want %s", down, resp.Trailer.Get("Sum"), sum)
	}
	r.close()
	for side := runnertape.RequestSide; side <= runnertape.ResponseSide; side++ {
		key := bodyKey{1, side}
		if sink.sizes[key] != size || fmt.Sprintf("%x", sink.sums[key].Sum(nil)) != sum {
			t.Errorf("%v: recorded %d bytes", side, sink.sizes[key])
		}
	}
	if sink.most > queueBytes {
		t.Errorf("queue held %d bytes, more than %d", sink.most, queueBytes)
	}
	if left := r.rec.queue.bytes; left != 0 {
		t.Errorf("%d bytes are still counted", left)
	}
}

// pattern is n bytes that do not repeat with the buffers.
func pattern(n int64) io.Reader {
	line := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 1021)
	return io.LimitReader(&repeat{line: line}, n)
}

type repeat struct {
	line string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.line[r.at:])
	r.at = (r.at + n) % len(r.line)
	return n, nil
}

func TestSinkFails(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	failure := errors.New("disk full")
	var fail sync.Once
	armed := make(chan struct{})
	r.sink.before = func() (err error) {
		if isClosed(armed) {
			fail.Do(func() { err = failure })
		}
		return err
	}
	r.closing.Do(func() {}) // the end is looked at here
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nContent-Length: 6\n\nabc")
	server := up.accept()
	server.head()
	server.want("abc")
	select {
	case <-r.rec.Failed():
		t.Fatal("failed too early")
	default:
	}
	close(armed)
	client.send("def")
	server.want("def")
	<-r.rec.Failed()

	refused := r.dial(runnertape.Reverse)
	refused.send("GET / HTTP/1.1\nHost: x\n\n")
	if rest, _ := refused.rest(); rest != "" {
		t.Errorf("answered %q", rest)
	}
	server.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok") // what was under way can end
	client.head()
	client.want("ok")
	r.stop()
	r.awaitServed()
	if err := r.rec.Close(); !errors.Is(err, failure) {
		t.Errorf("Close: %v", err)
	}
	if err := r.rec.Close(); !errors.Is(err, failure) {
		t.Errorf("Close again: %v", err)
	}
}

// A Sink that fails lets go of traffic that waits for room.
func TestSinkFailsWhenFull(t *testing.T) {
	failure := errors.New("disk full")
	sink := &blocked{release: make(chan error)}
	q := newQueue(sink)
	q.maxLag = time.Hour
	var traffic sync.WaitGroup
	traffic.Go(func() {
		q.put(&runnertape.Exchange{})
		for range 4 * queueBytes / largeBuffer {
			q.write(1, runnertape.ResponseSide, make([]byte, largeBuffer))
		}
		q.put(&runnertape.Exchange{})
	})
	for q.held() <= queueBytes-largeBuffer {
		runtime.Gosched()
	}
	sink.release <- failure
	traffic.Wait()
	if err := q.close(); err != failure {
		t.Errorf("close: %v", err)
	}
	if q.bytes != 0 {
		t.Errorf("%d bytes are still counted", q.bytes)
	}
}

// A Sink that is slow makes the traffic wait, long before the queue is full.
func TestLagIsBounded(t *testing.T) {
	sink := &blocked{release: make(chan error)}
	q := newQueue(sink)
	until := func(ok func() bool) {
		for done := false; !done; runtime.Gosched() {
			q.mu.Lock()
			done = ok()
			q.mu.Unlock()
		}
	}
	q.put(&runnertape.Exchange{})
	until(func() bool {
		q.maxLag = 0
		return !q.oldest.IsZero() // the Sink has it
	})
	added := make(chan struct{})
	go func() {
		q.put(&runnertape.Exchange{})
		close(added)
	}()
	until(func() bool { return q.waiting > 0 })
	if isClosed(added) {
		t.Error("was let in")
	}
	sink.release <- nil
	<-added
	sink.release <- nil
	if err := q.close(); err != nil {
		t.Error(err)
	}
}

func (q *queue) held() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes
}

// blocked is a Sink that fails when it is told to.
type blocked struct {
	release chan error
	memory
}

func (b *blocked) Put(*runnertape.Exchange) error { return <-b.release }

func TestIDsAscend(t *testing.T) {
	base := httpUpstream(t, noContent)
	r := newRig(t, base)
	client := r.client()
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				resp, err := client.Get(base)
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			}
		})
	}
	group.Wait()
	r.close() // the memory Sink looks at the order
	if r.rec.Exchanges() != 320 || len(r.sink.last) != 320 {
		t.Errorf("%d exchanges, %d put", r.rec.Exchanges(), len(r.sink.last))
	}
}
