package main

import (
	"context"
	"errors"
	"io"

	"runnertape"
)

// errInterrupted ends what is under way when the process is to end. Who made or wrote something says what is left of it.
var errInterrupted = errors.New("interrupted")

// interruptible ends with errInterrupted when ctx is done.
func interruptible(ctx context.Context, all exchanges) exchanges {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range all {
			if ctx.Err() != nil {
				yield(nil, errInterrupted)
				return
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// stoppableRecording is a recording that is read until the process is to end.
type stoppableRecording struct {
	recording
	p *process
}

// Exchanges implements recording.
func (r stoppableRecording) Exchanges() exchanges {
	return interruptible(r.p.done, r.recording.Exchanges())
}

// Body implements recording.
func (r stoppableRecording) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	body, err := r.recording.Body(id, side)
	return stoppableBody{body, r.p.done}, err
}

type stoppableBody struct {
	io.ReadCloser
	done context.Context
}

// Read implements io.Reader.
func (b stoppableBody) Read(p []byte) (int, error) {
	if b.done.Err() != nil {
		return 0, errInterrupted
	}
	return b.ReadCloser.Read(p)
}

// stoppableReader ends with a context.
type stoppableReader struct {
	io.Reader
	ctx context.Context
}

// Read implements io.Reader.
func (r *stoppableReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
