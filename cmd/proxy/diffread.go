package main

import (
	"errors"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
	"runnertape/drift"
)

// readShape is what a recording says.
func (p *process) readShape(src recording) (*drift.Shape, error) {
	s := drift.NewShape()
	for x, err := range interruptible(p.done, src.Exchanges()) {
		if err != nil {
			return nil, err
		}
		var b decode.Bodies
		if b.Request, err = firstOf(src, x, runnertape.RequestSide); err != nil {
			return nil, err
		}
		if b.Response, err = firstOf(src, x, runnertape.ResponseSide); err != nil {
			return nil, err
		}
		s.Add(x, b)
	}
	return s, nil
}

// firstOf is as much of a body as a Shape wants.
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
