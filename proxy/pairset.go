package proxy

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// pairSet is the client connections that are open.
type pairSet struct {
	served sync.WaitGroup

	mu     sync.Mutex
	open   map[*pair]bool // guarded by mu
	closed bool           // guarded by mu
}

// add is false if the connection is to be closed at once.
func (s *pairSet) add(p *pair) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.open == nil {
		s.open = map[*pair]bool{}
	}
	s.open[p] = true
	return true
}

func (s *pairSet) remove(p *pair) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, p)
}

// each calls f for all that are open, and lets no more in.
func (s *pairSet) each(f func(*pair)) {
	s.mu.Lock()
	s.closed = true
	var all []*pair
	for p := range s.open {
		all = append(all, p)
	}
	s.mu.Unlock()
	for _, p := range all {
		f(p)
	}
}

// handle serves one client connection.
func (rec *Recorder) handle(c net.Conn, via connection) {
	p := newPair(rec, c, via)
	if !rec.pairs.add(p) {
		p.close()
	}
	p.serve()
	rec.pairs.remove(p)
	p.ends.Wait()
	if p.via.ahead != nil {
		p.via.ahead.Close()
	}
}

// accept serves the connections of ln until that ends.
func (rec *Recorder) accept(ln net.Listener, number func() uint64) error {
	for pause := time.Duration(0); ; {
		c, err := ln.Accept()
		switch {
		case err == nil:
			pause = 0
			via := connection{number: number(), client: c.RemoteAddr().String()}
			rec.pairs.served.Go(func() { rec.handle(c, via) })
		case errors.Is(err, net.ErrClosed):
			return nil
		case !isTemporary(err):
			return err
		default: // out of file descriptors, mostly: some will be given back
			rec.config.Logger.Warn("cannot accept a connection; trying again", "error", err)
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			time.Sleep(pause)
		}
	}
}

func isTemporary(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && t.Temporary()
}

// serve is Door.Serve for a Recorder.
func (rec *Recorder) serve(ctx, cut context.Context, ln net.Listener, number func() uint64) (failure error) {
	accepting := make(chan error, 1)
	go func() { accepting <- rec.accept(ln, number) }()
	select {
	case <-ctx.Done():
		ln.Close()
		failure = <-accepting
	case failure = <-accepting:
	}
	rec.draining.Store(true)
	rec.pairs.each((*pair).stopIdle)
	if rec.config.Draining != nil {
		rec.config.Draining()
	}
	drained := make(chan struct{})
	go func() { // ends at the latest when all pairs are stopped
		rec.inFlight.close()
		close(drained)
	}()
	select {
	case <-drained:
	case <-cut.Done():
	}
	rec.cut(errStopped) // before the connections are closed, so that the reason is known
	rec.pairs.each(func(p *pair) { p.stop(errStopped) })
	rec.tunnels.close()
	rec.pairs.served.Wait()
	<-drained
	return failure
}
