package main

import (
	"errors"
	"net/url"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
	"runnertape/store"
)

// errFound ends a search.
var errFound = errors.New("found")

// upstreamFinder is a Sink that looks for a call of the runner API.
type upstreamFinder struct{ upstream string }

// Put implements capture.Sink.
func (f *upstreamFinder) Put(x *runnertape.Exchange) error {
	call := decode.Classify(x.Request.Method, x.Request.Path())
	switch call.Endpoint {
	case decode.Git, decode.ObjectStorage, decode.Cache, decode.Unknown:
		return nil
	}
	f.upstream = (&url.URL{Scheme: x.Scheme, Host: x.Host, Path: call.Prefix}).String()
	return errFound
}

// Write implements capture.Sink.
func (f *upstreamFinder) Write(uint64, runnertape.Side, []byte) error { return nil }

func guessUpstream(from imported) (string, error) {
	var f upstreamFinder
	if err := from.read(&f); err != nil && !errors.Is(err, errFound) {
		return "", err
	}
	return f.upstream, nil
}

// importTo makes the recording. It is whole, or not there: it is made in a folder of its own beside that name.
func (p *process) importTo(from imported, s *importSettings) error {
	h := newHeader(s.upstream, s.keepSecrets)
	var secrets *redact.Redactor
	if h.Redacted {
		secrets = redact.New(h.Key)
		secrets.KnowUpstream(s.upstream)
		secrets.CountReplaced()
		p.hide(secrets)
	}
	watch := &importWatcher{p: p}
	err := makeRecording(s.to, h, func(w *store.Writer) error {
		p.importBanner(s)
		p.give(secrets, s.given, s.givenNames)
		limitMemory()
		sink := redact.NewSink(w, secrets, decode.NewDecoder(s.upstream), watch.ended)
		sink.SetOpaque(s.opaque)
		defer p.progress("importing " + s.from)()
		late := newLateTalk(p)
		sink.OnLate(late.tell)
		watch.search = p.searchArchives(p.done, w, secrets, s.opaque)
		err := from.read(stoppable{sink, p})
		if err == nil {
			err = p.finish(p.done, sink)
		}
		if err == nil {
			err = w.Commit()
		}
		late.end()
		watch.search.end(err != nil)
		return err
	}, func(path string) error {
		from.tell(p)
		if watch.exchanges == 0 {
			return errNothing
		}
		return p.nameRecording(path, s.to)
	})
	if err != nil {
		return copyError("import "+s.from, err)
	}
	p.importSummary(s, watch, secrets)
	m := made{Recording: s.to, Exchanges: watch.exchanges, Jobs: watch.jobs}
	if secrets != nil {
		m.Replaced = int64(secrets.Replaced())
	}
	return p.printMade(s.json, m)
}

var errNothing = errors.New("no exchange in it can be read; nothing was made")

// stoppable ends with the process.
type stoppable struct {
	*redact.Sink
	p *process
}

// Put implements capture.Sink.
func (i stoppable) Put(x *runnertape.Exchange) error {
	if i.p.done.Err() != nil {
		return errInterrupted
	}
	return i.Sink.Put(x)
}
