package serve

import (
	"context"
	"net"
	"time"

	"runnertape/proxy"
)

// Running is a Record or a Replay that answers on a port of its own, on 127.0.0.1, until Stop: one for a test.
type Running struct {
	*Place
	finish context.CancelFunc // lets what is under way end
	cut    context.CancelFunc // breaks it off
	served chan error         // what serve returned
}

// Start has serve answer, which is [Record.Serve] or [Replay.Serve]. The rest is of the Place, see [NewPlace].
func Start(serve func(done, cut context.Context, ln net.Listener) error, ca *proxy.CA, upstream, token string) (*Running, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	done, finish := context.WithCancel(context.Background()) // a test's own ends before its cleanup, when clients may still say goodbye
	cut, breakOff := context.WithCancel(context.Background())
	r := &Running{Place: NewPlace(ln.Addr().String(), ca, upstream, token), finish: finish, cut: breakOff, served: make(chan error, 1)}
	go func() { r.served <- serve(done, cut, ln) }() // ends with Stop
	return r, nil
}

// Stop lets what is under way end, and breaks it off when patience is over. It returns what serve did, and is called once.
func (r *Running) Stop(patience time.Duration) error {
	r.Client().CloseIdleConnections()
	r.finish()
	late := time.AfterFunc(patience, r.cut)
	err := <-r.served
	late.Stop()
	r.cut()
	return err
}
