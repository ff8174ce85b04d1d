package live

import "time"

// restRatio is how much longer readers rest than they were served, while the recorder is busy.
const restRatio = 9

// turns lets one reader at a time be served. If the recorder committed anything meanwhile, the next
// has to wait for a while: however many readers there are, they take no more than a tenth of
// one processor from a busy recorder.
type turns struct {
	turn    chan struct{}
	commits *commits
}

func newTurns(c *commits) turns { return turns{make(chan struct{}, 1), c} }

// take runs f when it is its turn.
func (t turns) take(f func()) {
	t.turn <- struct{}{}
	began, last := time.Now(), t.commits.number()
	defer func() {
		if t.commits.number() == last {
			<-t.turn
			return
		}
		time.AfterFunc(restRatio*time.Since(began), func() { <-t.turn })
	}()
	f()
}
