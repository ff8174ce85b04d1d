package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"runnertape"
	"runnertape/fixtures/planted"
)

// alike holds the recording against what passed: all that is no secret is as it was, and so are all lengths.
func (p *proof) alike() {
	p.Helper()
	r, err := openRecording(p.path)
	mustDo(p.T, err)
	defer r.Close()
	allowed := p.session.Allowed()
	n := 0
	for x, err := range r.Exchanges() {
		mustDo(p.T, err)
		if n++; n > len(p.session.Exchanges) {
			break // what was wrong
		}
		said := p.session.Exchanges[x.ID-1]
		c := comparison{p, allowed, fmt.Sprintf("exchange %d, %s %s", x.ID, said.Name, said.Target)}
		c.text("target", said.Target, x.Request.Target)
		c.header(said.Request.Header, x.Request.Header[1:]) // the first is Host
		c.header(said.Request.Trailer, x.Request.Trailer)
		c.body(&said.Request, x.Request.Body, readBody(p, r, x.ID, runnertape.RequestSide))
		if said.Response.Status == 0 || said.Request.Break != planted.Whole {
			continue
		}
		if x.Response == nil {
			p.Errorf("%s: there is no response", c.where)
			continue
		}
		c.text("reason", said.Response.Reason, x.Response.Reason)
		c.header(said.Response.Header, x.Response.Header)
		c.header(said.Response.Trailer, x.Response.Trailer)
		c.body(&said.Response, x.Response.Body, readBody(p, r, x.ID, runnertape.ResponseSide))
	}
	if n < len(p.session.Exchanges) {
		p.Errorf("%d exchanges of %d are in the recording", n, len(p.session.Exchanges))
	}
	for _, j := range p.session.Jobs {
		_, trace := p.view("dump", "--job", fmt.Sprint(j.ID), "--trace")
		comparison{p, allowed, fmt.Sprintf("log of job %d", j.ID)}.text("log", string(j.Trace), string(trace))
	}
}

func readBody(p *proof, r recording, id uint64, side runnertape.Side) []byte {
	p.Helper()
	body, err := r.Body(id, side)
	mustDo(p.T, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	mustDo(p.T, err)
	return content
}

// comparison is of what was said with what was kept.
type comparison struct {
	*proof
	allowed *planted.Finder
	where   string
}

// text wants got to be as long as said, and to differ where a secret was only.
func (c comparison) text(what, said, got string) {
	c.Helper()
	if len(said) != len(got) {
		c.Errorf("%s: the %s of %d bytes became one of %d: %q", c.where, what, len(said), len(got), got)
		return
	}
	if at := c.allowed.Changed([]byte(said), []byte(got)); at >= 0 {
		from, to := max(0, at-40), min(len(said), at+40)
		c.Errorf("%s: the %s changed where no secret was: …%q… became …%q…", c.where, what, said[from:to], got[from:to])
	}
}

func (c comparison) header(said []planted.Field, got runnertape.Header) {
	c.Helper()
	i := 0
	for _, f := range got {
		if i < len(said) && f.Name == said[i].Name {
			c.text("field "+f.Name, said[i].Value, f.Value)
			i++
		}
	}
	if i < len(said) {
		c.Errorf("%s: field %s is not kept: %+v", c.where, said[i].Name, got)
	}
}

func (c comparison) body(said *planted.Message, kept runnertape.Body, got []byte) {
	c.Helper()
	if said.Break != planted.Whole {
		if int64(len(got)) != kept.Stored {
			c.Errorf("%s: %d bytes are kept, and %d are said to be", c.where, len(got), kept.Stored)
		}
		return
	}
	if kept.Bytes != int64(len(said.Content)) || kept.Stored != int64(len(got)) || !kept.Rewritten && kept.Stored != kept.Bytes || kept.Rewritten && !said.Packed {
		c.Errorf("%s: of %d bytes %+v is said, and %d are kept", c.where, len(said.Content), kept, len(got))
		return
	}
	before, after := said.Content, got
	switch {
	case said.Opaque, said.Piece: // of a log all pieces are looked at together
		return
	case said.Packed:
		before, after = said.Plain, unpack(c.proof, got)
	}
	if was := planted.Strings(before); was != nil { // escapes may be written in any way
		now := planted.Strings(after)
		if now == nil {
			c.Errorf("%s: JSON is none any more: %q", c.where, after)
			return
		}
		c.text("JSON", string(was), string(now))
		if len(before) != len(after) || bytes.Count(before, []byte{'"'}) != bytes.Count(after, []byte{'"'}) {
			c.Errorf("%s: JSON of %d bytes has %d", c.where, len(before), len(after))
		}
		return
	}
	c.text("body", string(before), string(after))
}

func unpack(p *proof, packed []byte) []byte {
	p.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	mustDo(p.T, err)
	plain, err := io.ReadAll(z)
	mustDo(p.T, err)
	return plain
}
