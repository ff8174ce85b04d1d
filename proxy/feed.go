package proxy

import "time"

// linger is how long a group of events may gather before it is given to the
// Sink and committed. It is the larger part of the time from the end of an exchange to
// its being durable. To feed each event as it comes would take the traffic's
// processor from it each time.
const linger = 5 * time.Millisecond

// feed gathers events for as long as linger and commits them together.
func (q *queue) feed() {
	defer close(q.done)
	var group []event
	for {
		<-q.some
		q.gather()
		for again := true; again; {
			var closed, due bool
			group, closed = q.take(group[:0])
			for i := range group {
				q.apply(group[i])
				group[i] = event{}
			}
			if again, due = q.next(); due {
				q.commit()
			}
			if closed {
				return
			}
		}
	}
}

// gather waits as long as linger, or until there is enough.
func (q *queue) gather() {
	end := time.NewTimer(linger)
	defer end.Stop()
	select {
	case <-q.enough:
	case <-end.C:
	}
}

// take exchanges the events for an empty list. After closed there are no more.
func (q *queue) take(empty []event) (group []event, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	group, q.events = q.events, empty
	if q.oldest.IsZero() {
		q.oldest = q.first
	}
	q.first = time.Time{}
	return group, q.closed
}

// next tells whether there is enough for a group again, and whether a commit is
// due before. Bodies as such are no reason for one, and the Sink commits by itself what is large:
// to wait for the disk after each group would halve the rate of an upload.
func (q *queue) next() (again, due bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	again = q.bytes >= plenty && !q.closed
	due = !q.oldest.IsZero() && (!again || time.Since(q.oldest) >= q.maxLag/2)
	return again, due || q.closed
}

// apply hands e to the Sink, or, after a failure, only makes room.
func (q *queue) apply(e event) {
	if !q.broken.Load() {
		if err := q.give(e); err != nil {
			q.fail(err)
		}
	}
	if e.content != nil {
		e.content.free()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= e.size
	if q.waiting > 0 {
		q.change.Broadcast()
	}
}

func (q *queue) give(e event) error {
	if e.exchange != nil {
		return q.sink.Put(e.exchange)
	}
	return q.sink.Write(e.id, e.side, e.content.bytes())
}

// commit makes all that was given durable.
func (q *queue) commit() {
	q.mu.Lock()
	given := q.added - uint64(len(q.events))
	q.mu.Unlock()
	if !q.broken.Load() {
		if err := q.sink.Commit(); err != nil {
			q.fail(err)
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.committed, q.oldest = given, time.Time{}
	q.change.Broadcast()
}
