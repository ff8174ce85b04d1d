package proxy

import "sync"

// invitation is what a client that sent Expect: 100-continue waits for. Whether it
// is to send its body is for the upstream to say.
//
// net/http invites the client by itself when the body is read for the first time, and the
// Transport reads it also when the upstream has refused it, to keep the connection.
// So the first read waits here until it is known to be right. Only an upstream that
// says nothing at all for expectTimeout gets the body unasked, as clients do.
type invitation struct {
	open chan struct{} // closed when the upstream has asked for the body

	mu sync.Mutex
	// guarded by mu
	answering bool // the upstream has begun to answer, and not yet with a 100
	sent      bool // the client has been asked for the body
}

func newInvitation() *invitation { return &invitation{open: make(chan struct{})} }

// wait is called before the first read. It is false if the exchange ended
// before the body was wanted.
func (i *invitation) wait(ended <-chan struct{}) bool {
	i.mu.Lock()
	if !i.answering { // the upstream was silent for too long
		i.sent = true
	}
	sent := i.sent
	i.mu.Unlock()
	if sent {
		return true
	}
	select {
	case <-i.open:
		return true
	case <-ended:
		return false
	}
}

// answer notes that the upstream has begun to answer, or that it was only a 1xx.
func (i *invitation) answer(begun bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answering = begun
}

// send asks the client for the body, by ask, if that has not been done.
func (i *invitation) send(ask func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.sent {
		i.sent = true
		ask()
	}
	select {
	case <-i.open: // a second 100
	default:
		close(i.open)
	}
}

// extended tells whether the client was asked for the body.
func (i *invitation) extended() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.sent
}
