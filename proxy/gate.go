package proxy

import "sync"

// gate counts who is inside. Once closed it lets nobody in.
type gate struct {
	inside sync.WaitGroup

	mu sync.Mutex
	// guarded by mu
	closed bool
}

// enter is false if the gate is closed; otherwise leave must follow.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.inside.Add(1)
	}
	return !g.closed
}

func (g *gate) leave() { g.inside.Done() }

// close waits until nobody is inside.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}
