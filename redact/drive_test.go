package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"runnertape"
)

// memory is a Next that keeps everything in memory, in the order in which it came.
type memory struct {
	all    bytes.Buffer // every byte passed on, also of what was put before the end
	final  map[uint64]*runnertape.Exchange
	bodies map[string][]byte
}

func newMemory() *memory {
	return &memory{final: map[uint64]*runnertape.Exchange{}, bodies: map[string][]byte{}}
}

func bodyKey(id uint64, side runnertape.Side) string { return fmt.Sprint(id, side) }

func (m *memory) Put(x *runnertape.Exchange) error {
	m.final[x.ID] = x
	e := json.NewEncoder(&m.all)
	e.SetEscapeHTML(false)
	return e.Encode(x)
}

func (m *memory) Write(id uint64, side runnertape.Side, p []byte) error {
	m.all.Write(p)
	m.bodies[bodyKey(id, side)] = append(m.bodies[bodyKey(id, side)], p...)
	return nil
}

func (m *memory) Commit() error { return nil }

// call is one exchange of a session.
type call struct {
	method, target, host string
	request              []string // header fields, name and value by turns
	body                 []byte
	status               int
	response             []string
	answer               []byte
	failure              string
}

func fields(all []string) (h runnertape.Header) {
	for i := 0; i < len(all); i += 2 {
		h = append(h, runnertape.Field{Name: all[i], Value: all[i+1]})
	}
	return h
}

// drive sends a call through the Sink as a recorder does, its bodies in random pieces.
func drive(t *testing.T, rnd *rand.Rand, s *Sink, id uint64, c call) *runnertape.Exchange {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(side runnertape.Side, b []byte) {
		for len(b) > 0 {
			n := 1 + rnd.IntN(min(len(b), 700))
			check(s.Write(id, side, b[:n]))
			b = b[n:]
		}
	}
	host := c.host
	if host == "" {
		host = "gitlab.example.com"
	}
	x := &runnertape.Exchange{
		ID: id, State: runnertape.InFlight, Scheme: "https", Host: host,
		Request: runnertape.Request{Method: c.method, Target: c.target, Header: fields(c.request), Body: runnertape.Body{Bytes: int64(len(c.body))}},
	}
	put := func() { // the Sink owns what it is given
		next := *x
		if x.Response != nil {
			response := *x.Response
			next.Response = &response
		}
		if x.Failure != nil {
			failure := *x.Failure
			next.Failure = &failure
		}
		check(s.Put(&next))
	}
	put()
	write(runnertape.RequestSide, c.body)
	x.Interim = []runnertape.Interim{{Status: 103, Header: fields(c.response)}}
	x.Response = &runnertape.Response{Status: c.status, Header: fields(c.response)}
	if rnd.IntN(2) == 0 {
		x.Response.Body.Declared = int64(len(c.answer))
	}
	put()
	write(runnertape.ResponseSide, c.answer)
	x.State = runnertape.Done
	if c.failure != "" {
		x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: c.failure}
	}
	put()
	return x
}
