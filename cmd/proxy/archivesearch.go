package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"runnertape"
	"runnertape/redact"
	"runnertape/store"
)

// archiveSearch looks for secrets in the archives of a recording that is being made, where none can be replaced. It reads
// what was committed, beside the traffic and one archive after another.
type archiveSearch struct {
	p       *process
	secrets *redact.Redactor
	src     *store.Reader
	commits func() <-chan struct{}
	ctx     context.Context // of the search
	stop    context.CancelFunc

	queue  chan archiveBody
	ending chan struct{} // closed when everything is committed
	ended  chan struct{} // closed when all that is in queue was looked into

	archives atomic.Int64 // that were looked into
	files    atomic.Int64 // that have secrets
	missed   atomic.Int64 // archives that were not looked into, or not to the end
}

// archiveBody is a body to look into.
type archiveBody struct {
	id   uint64
	side runnertape.Side
}

// maxQueued is how many bodies may wait; more are not looked into.
const maxQueued = 10_000

// searchArchives begins the search, which is to be ended. It is cut short by ctx. Where secrets are kept, or archives are
// not, there is none, and nil is returned.
func (p *process) searchArchives(ctx context.Context, w *store.Writer, secrets *redact.Redactor, mode redact.Opaque) *archiveSearch {
	if secrets == nil || mode != redact.OpaqueKeep {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	s := &archiveSearch{
		ctx: ctx, stop: stop,
		p: p, secrets: secrets, src: w.Reader(), commits: w.Committed,
		queue: make(chan archiveBody, maxQueued), ending: make(chan struct{}), ended: make(chan struct{}),
	}
	go func() { // ends with end
		defer close(s.ended)
		for b := range s.queue {
			if err := s.look(b); err != nil {
				s.missed.Add(1)
			}
		}
	}()
	return s
}

// see takes an exchange that has ended.
func (s *archiveSearch) see(x *runnertape.Exchange) {
	if s == nil {
		return
	}
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		if _, body := sideOf(x, side); body == nil || !body.Opaque || body.Bytes == 0 {
			continue
		}
		select {
		case s.queue <- archiveBody{x.ID, side}:
		default:
			s.missed.Add(1)
		}
	}
}

// end waits until all archives were looked into, unless failed says that nobody needs to know. Everything is committed,
// and nothing is given to see any more.
func (s *archiveSearch) end(failed bool) {
	if s == nil {
		return
	}
	defer s.stop()
	if failed {
		s.stop()
	}
	close(s.queue)
	close(s.ending)
	if s.p.lines.isTerminal() {
		defer s.p.progress("looking for secrets in archives; interrupt to leave that out")()
	} else {
		select {
		case <-s.ended:
		case <-s.ctx.Done():
		case <-time.After(time.Second):
			s.p.say("looking for secrets in the last archives; interrupt to leave that out")
		}
	}
	<-s.ended
}

// look looks into one archive when it is committed.
func (s *archiveSearch) look(b archiveBody) error {
	x, err := s.committed(b.id)
	if err != nil {
		return err
	}
	found := int64(0)
	isArchive := false
	room := make([]byte, 32<<10)
	faults, err := eachFile(s.src, x, b.side, func(name string, r io.Reader) error {
		isArchive = true
		f := s.secrets.NewFinder()
		_, err := io.CopyBuffer(f, &stoppableReader{r, s.ctx}, room)
		if s.ctx.Err() != nil {
			return err
		} // what else it is, is one of the faults
		for _, what := range f.End() {
			if found++; found <= maxTold {
				s.p.log.Warn(fmt.Sprintf("exchange %d: %s has %s, which is not replaced there", b.id, name, what))
			}
		}
		return nil
	})
	if found > maxTold {
		s.p.log.Warn(fmt.Sprintf("exchange %d: and %d more", b.id, found-maxTold))
	}
	s.files.Add(found)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return errors.New(faults[0])
	case isArchive:
		s.archives.Add(1)
	}
	return nil
}

// maxCommits is by how many commits an exchange is on disk that has ended: one may be under way when it does. What
// is not there then has left, as by --max-size.
const maxCommits = 3

// committed is an exchange that has ended, once it is on disk.
func (s *archiveSearch) committed(id uint64) (*runnertape.Exchange, error) {
	for n := 0; ; n++ {
		more, last := s.commits(), n == maxCommits
		select {
		case <-s.ending:
			last = true
		default:
		}
		x, err := s.src.Exchange(id)
		if err == nil && x.State == runnertape.Done {
			return x, nil
		}
		if last || err != nil && !errors.Is(err, runnertape.ErrNoExchange) {
			return nil, errors.Join(err, errNotCommitted)
		}
		select {
		case <-more:
		case <-s.ending:
		case <-s.ctx.Done():
			return nil, s.ctx.Err()
		}
	}
}

var errNotCommitted = errors.New("it is not in the recording, or no more")

// tell says what was found.
func (s *archiveSearch) tell() {
	if s == nil {
		return
	}
	if n := s.archives.Load(); s.files.Load() > 0 {
		s.p.say("found in archives: secrets in %s; the recording has them as they are", count(s.files.Load(), "place"))
	} else if n > 0 {
		s.p.say("looked into %s: no secret that is known, and no token", count(n, "archive"))
	}
	if n := s.missed.Load(); n > 0 {
		s.p.say("not looked into, or not to the end: %s", count(n, "archive"))
	}
}
