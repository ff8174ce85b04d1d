package live

import "time"

// turns lets one reader at a time be served, so that however many there are, they take no
// more than half of one processor from the recorder.
type turns chan struct{}

func newTurns() turns { return make(turns, 1) }

// take runs f when it is its turn, which is over as long after f's end as f took.
func (t turns) take(f func()) {
	t <- struct{}{}
	began := time.Now()
	defer func() {
		time.AfterFunc(time.Since(began), func() { <-t })
	}()
	f()
}
