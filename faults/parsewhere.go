package faults

import (
	"slices"

	"runnertape/decode"
)

// where reads what stands before the colon.
//
//	where     = ( ENDPOINT | "*" | "job" JOB ) { qualifier } [ "when" condition { "and" condition } ]
//	qualifier = "final" | "keepalive" | "pickup" | "job=" JOB | "path=" PATH
func (p *parser) where() error {
	at := &p.rule.where
	first := p.next()
	switch {
	case first.text == "*":
	case first.text == "job":
		if err := p.job(p.next()); err != nil {
			return err
		}
	case slices.Contains(decode.Endpoints(), decode.Endpoint(first.text)):
		at.endpoint = decode.Endpoint(first.text)
	default:
		return first.expected("* or job or an endpoint: " + list(decode.Endpoints()))
	}
	for p.peek() != "" {
		w := p.next()
		name, op, value := w.cutAt("=")
		var err error
		switch {
		case w.text == "when":
			return p.conditions()
		case slices.Contains(kinds, kind(w.text)):
			err = p.kind(w)
		case name == "job" && op != "":
			if !ofJob[at.endpoint] {
				return w.wrong("%s is of no job", at.endpoint)
			}
			err = p.job(value)
		case name == "path" && op != "":
			err = p.path(value)
		default:
			err = w.expected("job=…, path=…, " + list(kinds) + ", when or a colon")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ofJob are the endpoints whose path or token names a job.
var ofJob = map[decode.Endpoint]bool{
	"": true, decode.UpdateJob: true, decode.PatchTrace: true, decode.UploadArtifacts: true, decode.DownloadArtifacts: true,
	decode.Git: true, decode.Unknown: true,
}

// job reads a job's id or name.
func (p *parser) job(w word) error {
	at := &p.rule.where
	if at.job != "" {
		return w.wrong("a job was named already")
	}
	text, err := w.unquoted()
	if err == nil && text == "" {
		err = w.expected(aName)
	}
	at.job = pattern(text)
	return err
}

// path reads a path.
func (p *parser) path(w word) error {
	at := &p.rule.where
	if at.path != "" {
		return w.wrong("a path was named already")
	}
	text, err := w.unquoted()
	if err == nil && text == "" {
		err = w.expected(aPathLike)
	}
	at.path = pattern(text)
	return err
}

// kind reads which updates are meant.
func (p *parser) kind(w word) error {
	at := &p.rule.where
	switch {
	case at.endpoint != decode.UpdateJob:
		return w.wrong("%s is of update_job only", w.text)
	case at.kind != anyUpdate:
		return w.wrong("an update is %s or %s, not both", at.kind, w.text)
	}
	at.kind = kind(w.text)
	return nil
}

// conditions reads what stands behind "when".
func (p *parser) conditions() error {
	for {
		c, err := p.condition(p.next())
		if err != nil {
			return err
		}
		p.rule.where.when = append(p.rule.where.when, c)
		if p.peek() == "" {
			return nil
		}
		if w := p.next(); w.text != "and" {
			return w.expected("and, or a colon")
		}
	}
}
