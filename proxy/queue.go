package proxy

import (
	"sync"
	"sync/atomic"
	"time"

	"runnertape"
)

const (
	// queueBytes bounds what is held in memory between traffic and Sink. Above it
	// the traffic waits, through TCP, for the disk.
	queueBytes = 16 << 20
	// plenty is a group that need not gather more: the size from which commits cost
	// little beside what they write.
	plenty = 4 << 20
	// maxLag is the age of what is not yet durable from which the traffic waits: a Sink
	// that is slow but takes less than the bytes above would fall behind by more than the second
	// that is promised.
	maxLag = 250 * time.Millisecond
)

// event is one thing that happened to an exchange: an exchange to put, or bytes of a body.
type event struct {
	exchange *runnertape.Exchange
	id       uint64
	side     runnertape.Side
	content  *buffer
	size     int // the memory it holds, nearly
}

func putEvent(x *runnertape.Exchange) event {
	size := 1<<10 + len(x.Request.Target)
	for _, f := range x.Request.Header {
		size += len(f.Name) + len(f.Value)
	}
	if x.Response != nil {
		for _, f := range x.Response.Header {
			size += len(f.Name) + len(f.Value)
		}
	}
	return event{exchange: x, size: size}
}

// queue carries events from the traffic's goroutines to the one that feeds the Sink.
type queue struct {
	sink   Sink
	maxLag time.Duration // as the constant; more in tests
	some   chan struct{} // has a token when the queue is no longer empty, or closed
	enough chan struct{} // has a token when the group need not gather more
	stalls chan struct{} // has a token when something had to wait; nil but in tests
	failed chan struct{} // closed when the Sink has failed
	done   chan struct{} // closed when all events are in the Sink
	broken atomic.Bool   // the Sink has failed

	mu     sync.Mutex
	change *sync.Cond // bytes fell, more was committed, or the Sink failed
	// guarded by mu
	events    []event
	bytes     int       // of the events here and in the group that is fed
	waiting   int       // goroutines that wait for change
	first     time.Time // when the first of events came that is to be durable soon; zero if there is none
	oldest    time.Time // the same of events that were taken and are not committed
	added     uint64    // events so far
	committed uint64    // of them, durable
	closed    bool
	err       error // the Sink's first
}

func newQueue(sink Sink) *queue {
	q := &queue{
		sink: sink, maxLag: maxLag, some: make(chan struct{}, 1), enough: make(chan struct{}, 1),
		failed: make(chan struct{}), done: make(chan struct{}),
	}
	q.change = sync.NewCond(&q.mu)
	go q.feed() // ends when close has been called
	return q
}

// put queues an exchange, which the caller must not touch any more.
func (q *queue) put(x *runnertape.Exchange) { q.add(putEvent(x)) }

// write queues a copy of p. It waits while the queue is full.
func (q *queue) write(id uint64, side runnertape.Side, p []byte) {
	for len(p) > 0 {
		b := takeBuffer(min(len(p), largeBuffer))
		b.to = copy(b.room, p)
		p = p[b.to:]
		q.hand(id, side, b)
	}
}

// hand queues the bytes of b, which is the queue's from now on.
func (q *queue) hand(id uint64, side runnertape.Side, b *buffer) {
	q.add(event{id: id, side: side, content: b, size: len(b.room)})
}

// add waits for room. After a failure it does not: feed goes on taking events,
// and traffic under way can end.
func (q *queue) add(e event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.err == nil && (q.bytes > 0 && q.bytes+e.size > queueBytes || !q.oldest.IsZero() && time.Since(q.oldest) > q.maxLag) {
		q.wait()
	}
	if e.exchange != nil && q.first.IsZero() { // bytes are of use only with their exchange
		q.first = time.Now()
	}
	q.events = append(q.events, e)
	q.bytes += e.size
	q.added++
	if len(q.events) == 1 {
		token(q.some)
	}
	if q.bytes >= plenty {
		token(q.enough)
	}
}

// flush waits until all that was added is durable, or the Sink has failed.
func (q *queue) flush() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.first.IsZero() {
		q.first = time.Now()
	}
	token(q.some)
	token(q.enough)
	for upTo := q.added; q.committed < upTo && q.err == nil; {
		q.wait()
	}
}

// wait is called with mu held.
func (q *queue) wait() {
	q.waiting++
	token(q.stalls)
	q.change.Wait()
	q.waiting--
}

func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (q *queue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
		q.broken.Store(true)
		close(q.failed)
		q.change.Broadcast()
	}
}

func (q *queue) failure() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

// close waits until everything queued is in the Sink. Nothing may be queued any more.
func (q *queue) close() error {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	token(q.some)
	token(q.enough)
	<-q.done
	return q.failure()
}
