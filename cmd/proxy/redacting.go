package main

import (
	"bytes"
	"iter"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
	"runnertape/store"
)

// redactTo makes a redacted recording of another one, as a recorder would have made it.
func (p *process) redactTo(s *redactSettings) error {
	src, err := openRecording(s.from)
	if err != nil {
		return err
	}
	defer src.Close()
	limitMemory()
	stop := p.progress("redacting " + s.from)
	defer stop()
	h := src.Header()
	if err := s.chooseKey(&h, src); err != nil {
		return err
	}
	secrets := redact.New(h.Key)
	if was := src.Header(); was.Redacted && bytes.Equal(h.Key, was.Key) {
		secrets.Again()
	}
	p.hide(secrets)
	h.Upstream, h.Redacted = secrets.Upstream(h.Upstream), true
	p.give(secrets, s.given, s.names)
	if err := p.learnBeside(s.from, src, secrets); err != nil {
		return copyError("redact "+s.from, err)
	}
	if err := p.seek(src, secrets); err != nil {
		return copyError("redact "+s.from, err)
	}
	secrets.CountReplaced()
	watch := &redactWatcher{p: p}
	err = makeRecording(s.to, h, func(w *store.Writer) error {
		next := &restoring{Keeper: w, redacted: src.Header().Redacted, was: map[uint64]*runnertape.Exchange{}}
		sink := redact.NewSink(next, secrets, decode.NewDecoder(h.Upstream), watch.ended)
		sink.SetOpaque(s.opaque)
		watch.search = p.searchArchives(p.done, w, secrets, s.opaque)
		err := feed(p.done, remembering{src, next}, sink)
		if err == nil {
			err = w.Commit()
		}
		watch.search.end(err != nil)
		return err
	}, func(path string) error { return p.nameRecording(path, s.to) })
	if err != nil {
		return copyError("redact "+s.from, err)
	}
	stop()
	p.sayMade("redacted", s.to, watch.exchanges, watch.jobs)
	p.say("%s replaced", count(int64(secrets.Replaced()), "secret"))
	p.sayNotReplaced(secrets)
	p.sayOpaque(&watch.opaque, s.opaque, false)
	watch.search.tell()
	return p.printMade(s.json, made{Recording: s.to, Exchanges: watch.exchanges, Jobs: watch.jobs, Replaced: int64(secrets.Replaced())})
}

// seek looks for secrets that a recorder was killed before it had replaced them everywhere.
func (p *process) seek(src recording, secrets *redact.Redactor) error {
	r, ok := src.(*store.Reader)
	if !ok {
		return nil
	}
	note, err := r.Owed()
	if err != nil || note == nil {
		return err
	}
	seeker, err := secrets.NewSeeker(note)
	if err != nil {
		return err
	}
	for x, err := range r.Exchanges() {
		if err == nil && p.done.Err() != nil {
			err = errInterrupted
		}
		if err == nil {
			err = seeker.Exchange(x, r.Body)
		}
		if err != nil {
			return err
		}
	}
	p.say("its recorder was killed while it replaced secrets; %s of them found", count(int64(seeker.Found()), "secret"))
	return nil
}

// redactWatcher counts what is redacted.
type redactWatcher struct {
	p         *process
	exchanges int64
	jobs      int64 // handed out
	opaque    opaqueCount
	search    *archiveSearch
}

func (w *redactWatcher) ended(x *runnertape.Exchange, m decode.Message) {
	w.exchanges++
	if m, ok := m.(*decode.RequestJobMessage); ok && m.Job != nil {
		w.jobs++
	}
	w.opaque.see(x)
	w.search.see(x)
	w.p.warnNotKept(x)
}

// restoring is the Keeper of exchanges that are fed a second time: what a Sink tells of them as if they
// had just passed is put as it was.
type restoring struct {
	redact.Keeper
	redacted bool                            // they have stand-ins already
	was      map[uint64]*runnertape.Exchange // those that have begun
}

// Put implements redact.Next.
func (r *restoring) Put(x *runnertape.Exchange) error {
	if x.State == runnertape.Done {
		was := r.was[x.ID]
		delete(r.was, x.ID)
		inFlight := was.State == runnertape.InFlight
		if inFlight { // it stays so
			x.State, x.Decoded = was.State, nil
		}
		if inFlight || r.redacted { // a checksum of stand-ins tells nothing
			x.Request.Body.CRC32 = was.Request.Body.CRC32
		}
	}
	return r.Keeper.Put(x)
}

// remembering is a recording that is fed to a Sink before next.
type remembering struct {
	recording
	next *restoring
}

// Exchanges implements recording.
func (r remembering) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range r.recording.Exchanges() {
			if err == nil {
				r.next.was[x.ID] = x
			}
			if !yield(x, err) {
				return
			}
		}
	}
}
