package proxy

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"runnertape"
)

var (
	// errStopped breaks off what is under way when the recorder is cut.
	errStopped = errors.New("the recorder was stopped")
	errFault   = errors.New("a fault in the recorder")
)

// pair is a client's connection and the link to the upstream that goes with it.
// They live and end as one connection would: an end, half or whole, and a
// reset pass from each to the other, so that neither side sees more of the
// recorder than of a cable. A client of the forward way, which may ask several hosts
// by one connection, has a link for each.
type pair struct {
	rec    *Recorder
	via    connection
	client net.Conn
	in     *inlet         // of the client
	ends   sync.WaitGroup // of links

	mu     sync.Mutex
	change *sync.Cond // of what follows
	// guarded by mu
	links   map[string]*link    // by address
	current *exchanging         // the exchange that is not over; nil between two
	blamed  *runnertape.Failure // who ended current before it was over, if not the upstream
	unread  bool                // an answer is passed on without being understood
	closed  bool
}

func newPair(rec *Recorder, client net.Conn, via connection) *pair {
	p := &pair{rec: rec, via: via, client: client, in: newInlet(client), links: map[string]*link{}}
	p.change = sync.NewCond(&p.mu)
	return p
}

// await waits until ok, which is called with mu held. It fails if the
// connections are closed first.
func (p *pair) await(ok func() bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !ok() && !p.closed {
		p.change.Wait()
	}
	if p.closed {
		return net.ErrClosed
	}
	return nil
}

// upgraded is the exchange that a 101 has made a connection, or nil.
func (p *pair) upgraded() *exchanging {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil && p.current.upgraded {
		return p.current
	}
	return nil
}

// blame notes who ended the exchange under way. It is called with mu held.
func (p *pair) blame(f *runnertape.Failure) {
	if p.blamed != nil {
		return
	}
	if f.Byte = p.current.sent; !p.current.requestOver {
		f.Byte = p.current.requested
	}
	p.blamed = f
}

// survive keeps a fault of ours from ending the process, and with it all other
// traffic. It is deferred.
func (p *pair) survive(end func()) {
	fault := recover()
	if fault == nil {
		return
	}
	p.rec.config.Logger.Error("a connection was broken off by a fault in the recorder; please report it", "fault", fmt.Sprint(fault))
	p.stop(errFault)
	end()
}
