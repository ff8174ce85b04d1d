package main

import (
	"errors"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
	"runnertape/store"
)

// scanner is one recording that is looked at.
type scanner struct {
	*process
	settings *scanSettings
	key      []byte // of the stand-ins
	path     string
	src      recording
	secrets  *redact.Redactor
	behind   *redact.Originals // of the stand-ins, for what nothing could be replaced in
	leaks    *leakList

	seams      seams
	unfinished string // what its recorder had not replaced when it was killed

	exchanges int64
	bodies    int64 // bytes
}

// scanFile looks at one recording and tells what it found.
func (p *process) scanFile(path string, s *scanSettings) (found bool, err error) {
	n, err := p.scanned(path, s)
	if err != nil {
		return false, err
	}
	if found, err = n.tell(); err == nil && n.unfinished != "" {
		err = fmt.Errorf("scan %s: %s", path, n.unfinished)
	}
	return found, err
}

// scanned has looked at one recording.
func (p *process) scanned(path string, s *scanSettings) (*scanner, error) {
	src, err := openRecording(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	header := src.Header()
	if !header.Redacted {
		p.log.Warn(path + " is not redacted: its secrets are in it as they are; use proxy redact")
	}
	key := header.Key
	if len(key) == 0 {
		key = redact.NewKey() // nothing is a stand-in
	}
	n := &scanner{process: p, settings: s, key: key, path: path, src: src, secrets: redact.New(key), leaks: newLeakList(s)}
	for _, i := range n.secrets.Give(s.given) {
		p.log.Warn(s.names[i] + " is not looked for: too short, too long, too common, or part of what the protocol says; docs/secrets.md has the limits")
	}
	if err := n.run(); err != nil {
		return nil, fmt.Errorf("scan %s: %w", path, err)
	}
	return n, nil
}

// run looks at all of the recording: first for what its exchanges declare, which then is a secret
// in all of them, also in those before.
func (n *scanner) run() error {
	defer n.progress("scanning " + n.path)()
	upstream := n.src.Header().Upstream
	if err := n.learnBeside(n.path, n.src, n.secrets); err != nil {
		return err
	}
	if err := learnAll(n.done, n.src, n.secrets); err != nil {
		return err
	}
	if r, ok := n.src.(*store.Reader); ok {
		var err error
		if n.unfinished, err = r.Unfinished(); err != nil {
			return err
		}
	}
	n.behind = n.secrets.Originals()
	for _, l := range n.secrets.Leaks([]byte(upstream)) {
		n.leaks.add(l, leakPlace{Part: "upstream in the header"})
	}
	for x, err := range n.src.Exchanges() {
		if err != nil {
			return err
		}
		if n.done.Err() != nil {
			return errInterrupted
		}
		if err := n.exchange(x); err != nil {
			return err
		}
	}
	return n.file()
}

func (n *scanner) exchange(x *runnertape.Exchange) error {
	n.exchanges++
	place := leakPlace{Exchange: x.ID, Endpoint: string(decode.Classify(x.Request.Method, x.Request.Path()).Endpoint)}
	if x.Decoded != nil {
		place.Endpoint = x.Decoded.Endpoint
	}
	found := func(part string, l redact.Leak) {
		place.Part = part
		n.leaks.add(l, place)
	}
	n.secrets.HeadLeaks(x, found)
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		place.Part = side.String() + " body"
		if err := n.body(x, side, place); err != nil {
			return fmt.Errorf("%s of exchange %d: %w", place.Part, x.ID, err)
		}
	}
	if x.Decoded != nil {
		n.secrets.DecodedLeaks(x.Decoded, found)
	}
	return nil
}

// body looks at one body. Lines are counted in a second reading, if there is something to tell of.
func (n *scanner) body(x *runnertape.Exchange, side runnertape.Side, place leakPlace) error {
	body, err := n.src.Body(x.ID, side)
	if err != nil {
		return err
	}
	isLog := place.Endpoint == string(decode.PatchTrace) && side == runnertape.RequestSide
	counted := &countingReader{r: body}
	if isLog {
		counted.r = io.TeeReader(body, &n.seams.edge)
	}
	var leaks []redact.Leak
	unpacked, err := n.secrets.BodyLeaks(x, side, counted, func(l redact.Leak) {
		if n.leaks.wants(l) {
			leaks = append(leaks, l)
		} else {
			n.leaks.add(l, place)
		}
	})
	n.bodies += counted.n
	if err = errors.Join(err, body.Close()); err != nil {
		return err
	}
	if unpacked {
		place.Part += ", unpacked"
	}
	var lines []int64
	if !unpacked && len(leaks) > 0 {
		if lines, err = n.lines(x.ID, side, leaks); err != nil {
			return err
		}
	}
	for i, l := range leaks {
		if lines != nil {
			place.Line = lines[i]
		}
		n.leaks.add(l, place)
	}
	if isLog {
		n.seam(x, place)
		return nil
	}
	place.Part, place.Line = side.String()+" body", 0
	return n.archive(x, side, place)
}

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
