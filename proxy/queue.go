package proxy

import (
	"sync"

	"runnertape"
)

// queueBytes bounds what is held in memory between traffic and Sink. Above it
// the traffic waits, through TCP, for the disk.
const queueBytes = 16 << 20

// event is one thing that happened to an exchange: an exchange to put, or bytes of a body.
type event struct {
	exchange *runnertape.Exchange
	id       uint64
	side     runnertape.Side
	content  *buffer
}

// size is the memory that e holds, nearly.
func (e event) size() int {
	if e.content != nil {
		return len(e.content.room)
	}
	size := 1 << 10
	for _, f := range e.exchange.Request.Header {
		size += len(f.Name) + len(f.Value)
	}
	if e.exchange.Response != nil {
		for _, f := range e.exchange.Response.Header {
			size += len(f.Name) + len(f.Value)
		}
	}
	return size + len(e.exchange.Request.Target)
}

// queue carries events from the traffic's goroutines to the one that feeds the Sink.
type queue struct {
	sink   Sink
	events chan event
	failed chan struct{} // closed when the Sink has failed
	done   chan struct{} // closed when all events are in the Sink
	once   sync.Once     // closes events

	mu   sync.Mutex
	room *sync.Cond // of the queue: bytes fell, or the Sink failed
	// guarded by mu
	bytes int   // in the queue
	err   error // the Sink's first
}

func newQueue(sink Sink) *queue {
	q := &queue{sink: sink, events: make(chan event, 1024), failed: make(chan struct{}), done: make(chan struct{})}
	q.room = sync.NewCond(&q.mu)
	go q.feed() // ends when close has closed events
	return q
}

// put queues an exchange, which the caller must not touch any more.
func (q *queue) put(x *runnertape.Exchange) { q.add(event{exchange: x}) }

// write queues a copy of p. It waits while the queue is full.
func (q *queue) write(id uint64, side runnertape.Side, p []byte) {
	for len(p) > 0 {
		n := min(len(p), maxBuffer)
		b := takeBuffer(n)
		copy(b.bytes(), p)
		q.add(event{id: id, side: side, content: b})
		p = p[n:]
	}
}

// add waits for room. After a failure it does not: feed goes on taking events,
// and traffic under way can end.
func (q *queue) add(e event) {
	n := e.size()
	q.mu.Lock()
	for q.bytes > 0 && q.bytes+n > queueBytes && q.err == nil {
		q.room.Wait()
	}
	q.bytes += n
	q.mu.Unlock()
	q.events <- e
}

func (q *queue) release(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= n
	q.room.Broadcast()
}

func (q *queue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
		close(q.failed)
		q.room.Broadcast()
	}
}

func (q *queue) failure() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

// close waits until everything queued is in the Sink. Nothing may be queued any more.
func (q *queue) close() error {
	q.once.Do(func() { close(q.events) })
	<-q.done
	return q.failure()
}
