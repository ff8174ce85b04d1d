package main

import (
	"runnertape/redact"
	"runnertape/store"
)

// importText makes the recording of a text. It has the exchanges and bodies of the text exactly, unless there are secrets in them: then
// these are replaced, as in whatever else is imported. A person may have written one into a text that says that it
// is redacted, so that is looked for always.
func (p *process) importText(s *importSettings) error {
	if s.upstream != "" {
		return usagef("--upstream: %s is a text recording, which says itself where it was recorded; change upstream in its recording.json", s.from)
	}
	src, err := openRecording(s.from)
	if err != nil {
		return err
	}
	defer src.Close()
	exact := s.keepSecrets
	if exact {
		p.warnKept(s.to)
	} else if src.Header().Redacted && s.opaque == redact.OpaqueKeep {
		n, err := p.secretsIn(src, s.given)
		if err != nil {
			return copyError("import "+s.from, err)
		}
		exact = n == 0
	}
	if !exact {
		return p.redactTo(&redactSettings{from: s.from, to: s.to, given: s.given, names: s.givenNames, opaque: s.opaque, json: s.json})
	}
	kept := newCopyCount()
	err = makeRecording(s.to, src.Header(), func(w *store.Writer) error {
		return copyAll(w, src, interruptible(p.done, src.Exchanges()), kept)
	}, func(path string) error { return p.nameRecording(path, s.to) })
	if err != nil {
		return copyError("import "+s.from, err)
	}
	p.sayMade("imported", s.to, kept.exchanges, kept.jobs)
	return p.printMade(s.json, made{Recording: s.to, Exchanges: kept.exchanges, Jobs: kept.jobs})
}

// secretsIn is how many secrets a redaction of src would replace, of those that have no stand-ins yet.
func (p *process) secretsIn(src recording, given redact.Given) (int, error) {
	h := src.Header()
	if len(h.Key) == 0 {
		h.Key = redact.NewKey()
	}
	secrets := redact.New(h.Key)
	secrets.Again()
	other := secrets.Upstream(h.Upstream) != h.Upstream
	secrets.Give(given)
	if err := learnAll(p.done, src, secrets); err != nil {
		return 0, err
	}
	secrets.CountReplaced()
	if err := learnAll(p.done, src, secrets); err != nil {
		return 0, err
	}
	n := secrets.Replaced()
	if other {
		n++
	}
	return n, nil
}
