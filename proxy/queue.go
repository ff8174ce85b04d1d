package proxy

import (
	"sync"
	"time"

	"runnertape"
)

const (
	// queueBytes bounds the body bytes between traffic and Sink. Above it the
	// traffic waits, through TCP, for the disk.
	queueBytes = 16 << 20
	// linger is how long a group of events may gather before it is committed. It
	// is the larger part of the time from the end of an exchange to its being durable.
	linger = 5 * time.Millisecond
)

// event is one thing that happened to an exchange: an exchange to put, or bytes of a body.
type event struct {
	exchange *runnertape.Exchange
	id       uint64
	side     runnertape.Side
	content  *buffer
}

// queue carries events from the traffic's goroutines to the one that feeds the Sink.
type queue struct {
	sink   Sink
	events chan event
	failed chan struct{} // closed when the Sink has failed
	done   chan struct{} // closed when all events are in the Sink

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

// put queues an exchange, which the caller must not change any more.
func (q *queue) put(x *runnertape.Exchange) { q.events <- event{exchange: x} }

// write queues a copy of p. It waits while the queue is full.
func (q *queue) write(id uint64, side runnertape.Side, p []byte) {
	for len(p) > 0 {
		n := min(len(p), maxBuffer)
		q.reserve(n)
		b := takeBuffer(n)
		copy(b.bytes(), p)
		q.events <- event{id: id, side: side, content: b}
		p = p[n:]
	}
}

func (q *queue) reserve(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.bytes > 0 && q.bytes+n > queueBytes && q.err == nil {
		q.room.Wait()
	}
	q.bytes += n
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
	close(q.events)
	<-q.done
	return q.failure()
}

// feed gathers events for as long as linger and commits them together.
func (q *queue) feed() {
	defer close(q.done)
	for e := range q.events {
		q.apply(e)
		q.gather()
		if q.failure() == nil {
			if err := q.sink.Commit(); err != nil {
				q.fail(err)
			}
		}
	}
}

func (q *queue) gather() {
	end := time.NewTimer(linger)
	defer end.Stop()
	for {
		select {
		case e, ok := <-q.events:
			if !ok {
				return
			}
			q.apply(e)
		case <-end.C:
			return
		}
	}
}

// apply hands e to the Sink. After a failure it only makes room, so that traffic
// under way can end.
func (q *queue) apply(e event) {
	err := q.failure()
	if err == nil {
		if e.exchange != nil {
			err = q.sink.Put(e.exchange)
		} else {
			err = q.sink.Write(e.id, e.side, e.content.bytes())
		}
		if err != nil {
			q.fail(err)
		}
	}
	if e.content != nil {
		n := len(e.content.bytes())
		e.content.free()
		q.release(n)
	}
}
