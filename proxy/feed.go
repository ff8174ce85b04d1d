package proxy

import "time"

// linger is how long a group of events may gather before it is committed. It
// is the larger part of the time from the end of an exchange to its being durable.
const linger = 5 * time.Millisecond

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

// apply hands e to the Sink, or, after a failure, only makes room.
func (q *queue) apply(e event) {
	size := e.size() // before the Sink owns it
	if q.failure() == nil {
		if err := q.give(e); err != nil {
			q.fail(err)
		}
	}
	if e.content != nil {
		e.content.free()
	}
	q.release(size)
}

func (q *queue) give(e event) error {
	if e.exchange != nil {
		return q.sink.Put(e.exchange)
	}
	return q.sink.Write(e.id, e.side, e.content.bytes())
}
