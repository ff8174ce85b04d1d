package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
	"runnertape/drift"
)

// schemaOf reads what a recording says, of all or of the jobs of some names.
func (p *process) schemaOf(path string, names []string) (*drift.Schema, error) {
	src, err := openRecording(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	defer p.progress("reading " + path)()
	s := drift.NewSchema()
	if len(names) > 0 {
		s.Only = func(job string) bool {
			return slices.ContainsFunc(names, func(glob string) bool { return matches(glob, job) })
		}
	}
	if err := p.readSchema(src, s); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(names) > 0 && s.Jobs() == 0 {
		return nil, fmt.Errorf("no job of %s is named %s (proxy jobs lists what is)", path, strings.Join(names, " or "))
	}
	return s, nil
}

func (p *process) readSchema(src recording, s *drift.Schema) error {
	for x, err := range interruptible(p.done, src.Exchanges()) {
		if err != nil {
			return err
		}
		var b decode.Bodies
		if b.Request, err = firstOf(src, x, runnertape.RequestSide); err != nil {
			return err
		}
		if b.Response, err = firstOf(src, x, runnertape.ResponseSide); err != nil {
			return err
		}
		s.Add(x, b)
	}
	return nil
}

// firstOf is as much of a body as a Schema wants.
func firstOf(src recording, x *runnertape.Exchange, side runnertape.Side) ([]byte, error) {
	wants := drift.Wants(x, side)
	if wants == 0 {
		return nil, nil
	}
	body, err := src.Body(x.ID, side)
	if err != nil {
		return nil, fmt.Errorf("%s body of exchange %d: %w", side, x.ID, err)
	}
	text, err := io.ReadAll(io.LimitReader(body, wants))
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("%s body of exchange %d: %w", side, x.ID, err)
	}
	return text, nil
}
