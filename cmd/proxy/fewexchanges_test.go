package main

import (
	"bytes"
	"io"
	"iter"
	"time"

	"runnertape"
)

// fewExchanges is a recording in memory.
type fewExchanges struct {
	created   time.Time
	redacted  bool
	started   []time.Time // of exchanges that are nothing else
	exchanges []*runnertape.Exchange
	bodies    map[uint64][2][]byte
}

func (f *fewExchanges) Header() runnertape.Recording {
	return runnertape.Recording{Created: f.created, Redacted: f.redacted}
}

func (f *fewExchanges) Close() error { return nil }

func (f *fewExchanges) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for i, started := range f.started {
			if !yield(&runnertape.Exchange{ID: uint64(i + 1), Started: started}, nil) {
				return
			}
		}
		for _, x := range f.exchanges {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (f *fewExchanges) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f.bodies[id][side-runnertape.RequestSide])), nil
}

// add puts an exchange with its bodies into f.
func (f *fewExchanges) add(x *runnertape.Exchange, request, response []byte) {
	if f.bodies == nil {
		f.bodies = map[uint64][2][]byte{}
	}
	x.ID, x.State = uint64(len(f.exchanges)+1), runnertape.Done
	x.Request.Body.Bytes, x.Request.Body.Stored = int64(len(request)), int64(len(request))
	if x.Response != nil {
		x.Response.Body.Bytes, x.Response.Body.Stored = int64(len(response)), int64(len(response))
	}
	f.exchanges = append(f.exchanges, x)
	f.bodies[x.ID] = [2][]byte{request, response}
}
