package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
	"runnertape/store"
)

// learnAll tells a Redactor of every secret that the exchanges of a recording declare.
func learnAll(done context.Context, src recording, secrets *redact.Redactor) error {
	return feed(done, src, redact.NewSink(nowhere{}, secrets, decode.NewDecoder(src.Header().Upstream), nil))
}

// learnBeside tells a Redactor of every secret that the other files of a recording declare, and says which
// of them could not be read. A recording that is text has no other files.
func (p *process) learnBeside(path string, src recording, secrets *redact.Redactor) error {
	if _, isFile := src.(*store.Reader); !isFile {
		return nil
	}
	paths, err := store.Beside(path)
	if err != nil {
		p.log.Warn(fmt.Sprintf("what other files of the recording declare may not be known: %v", err))
	}
	for _, other := range paths {
		src, err := openRecording(other)
		if err != nil {
			return err
		}
		if err := errors.Join(learnAll(p.done, src, secrets), src.Close()); err != nil {
			return fmt.Errorf("learn what %s declares: %w", other, err)
		}
	}
	return nil
}

// nowhere is a Next that keeps nothing.
type nowhere struct{}

func (nowhere) Put(*runnertape.Exchange) error              { return nil }
func (nowhere) Write(uint64, runnertape.Side, []byte) error { return nil }
func (nowhere) Commit() error                               { return nil }

// feed gives the exchanges of a recording to a Sink, as a recorder did: each begins when its request head had
// come, and ends when it did, before those that began later. What the Sink gets of one that has not ended
// says at last that it has; its Next is to know better.
func feed(done context.Context, src recording, sink *redact.Sink) error {
	var open []*runnertape.Exchange // by their ends, the ones without last
	for x, err := range src.Exchanges() {
		if err == nil && done.Err() != nil {
			err = errInterrupted
		}
		for err == nil && len(open) > 0 && !open[0].Ended.IsZero() && !open[0].Ended.After(x.Started) {
			err = endFed(src, sink, open[0])
			open = open[1:]
		}
		if err == nil {
			err = sink.Put(beginning(x))
		}
		if err != nil {
			return err
		}
		at, _ := slices.BinarySearchFunc(open, x, func(a, b *runnertape.Exchange) int {
			switch {
			case b.Ended.IsZero() || !a.Ended.IsZero() && a.Ended.Before(b.Ended):
				return -1
			case a.Ended.IsZero() || a.Ended.After(b.Ended):
				return 1
			}
			return -1 // of the same time: in order
		})
		open = slices.Insert(open, at, x)
	}
	for _, x := range open {
		if done.Err() != nil {
			return errInterrupted
		}
		if err := endFed(src, sink, x); err != nil {
			return err
		}
	}
	return nil
}

// beginning is x when its request head had come.
func beginning(x *runnertape.Exchange) *runnertape.Exchange {
	b := *x
	b.State, b.Replied, b.Ended = runnertape.InFlight, time.Time{}, time.Time{}
	b.Interim, b.Response, b.Failure, b.Decoded, b.Request.Trailer = nil, nil, nil, nil, nil
	return &b
}

// endFed gives the bodies of x, and its end.
func endFed(src recording, sink *redact.Sink, x *runnertape.Exchange) error {
	if err := copyBody(src, x.ID, sink, x.ID, runnertape.RequestSide); err != nil {
		return err
	}
	if x.Response != nil {
		replied := *beginning(x)
		replied.Replied, replied.Interim = x.Replied, x.Interim
		response := *x.Response
		response.Trailer = nil
		replied.Response = &response
		if err := sink.Put(&replied); err != nil {
			return err
		}
	}
	if err := copyBody(src, x.ID, sink, x.ID, runnertape.ResponseSide); err != nil {
		return err
	}
	ended := *x
	ended.State, ended.Decoded = runnertape.Done, nil
	judgeAnew(&ended.Request.Body)
	if x.Response != nil {
		response := *x.Response
		judgeAnew(&response.Body)
		ended.Response = &response
	}
	if x.Failure != nil {
		failure := *x.Failure
		ended.Failure = &failure
	}
	return sink.Put(&ended)
}

// judgeAnew lets a Sink say whether a body is opaque, if it is there: what is packed is not, for one that unpacks it.
func judgeAnew(b *runnertape.Body) { b.Opaque = b.Opaque && b.Stored == 0 }
