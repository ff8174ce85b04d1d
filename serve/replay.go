package serve

import (
	"context"
	"errors"
	"net"
	"sync"

	"runnertape/bare"
	"runnertape/proxy"
	"runnertape/received"
	"runnertape/replay"
)

// Replay is a Replayer with what it needs beside it. Make it with NewReplay, serve it once, and close it.
type Replay struct {
	*replay.Replayer
	ca   *proxy.CA
	door *proxy.Door
	git  *bare.Git
	kept *received.Store // what is closed with it; nil if what is received is somebody else's

	ending chan struct{} // closed by End
	end    func()
}

// NewReplay prepares to replay src, which stays the caller's. Of the options Rebuild, Reached and Ending are filled in here,
// and Logger must be set. Without Received what runners send is kept until Close. loadCA gives the CA for the
// recording, see [Hosts]. When cut is done, every git that serves is ended.
func NewReplay(cut context.Context, src replay.Source, o replay.Options, loadCA func(*replay.Replayer) (*proxy.CA, error)) (*Replay, error) {
	r := &Replay{git: bare.New(cut, src, o.Logger), ending: make(chan struct{})}
	r.end = sync.OnceFunc(func() { close(r.ending) })
	o.Rebuild, o.Ending = rebuilder(r.git), r.ending
	o.Reached = func(scheme, host string) bool { return scheme == "http" || r.ca.Permits(host) }
	if o.Received == nil {
		r.kept = received.Temporary("")
		o.Received = r.kept
	}
	var err error
	if r.Replayer, err = replay.New(src, o); err == nil {
		r.ca, err = loadCA(r.Replayer)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.door = newDoor(r.Replayer, r.ca, o.Logger)
	return r, nil
}

// CA is the one that signs for the recording's hosts.
func (r *Replay) CA() *proxy.CA { return r.ca }

// Serve answers on ln as [proxy.Door.Serve] does.
func (r *Replay) Serve(done, cut context.Context, ln net.Listener) error {
	defer context.AfterFunc(done, r.End)()
	return r.door.Serve(done, cut, ln)
}

// End lets go of what faults hold up, as the end of Serve's context does: no more is to come.
func (r *Replay) End() { r.end() }

// Close removes what was made for the replay: rebuilt repositories, and what runners sent if it was kept here. It is called when
// Serve has returned, or was never called.
func (r *Replay) Close() error {
	err := r.git.Close()
	if r.kept != nil {
		err = errors.Join(err, r.kept.Close())
	}
	return err
}

// rebuilder gives a replay the installed git, which serves what is made of recorded packs.
func rebuilder(git *bare.Git) func([]replay.GitAnswer) (replay.Repository, error) {
	return func(recorded []replay.GitAnswer) (replay.Repository, error) {
		answers := make([]bare.Answer, len(recorded))
		for i, a := range recorded {
			answers[i] = bare.Answer(a)
		}
		made, err := git.Rebuild(answers)
		if err != nil {
			return nil, err
		}
		return made, nil
	}
}
