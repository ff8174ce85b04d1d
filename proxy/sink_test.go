package proxy

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"runnertape"
)

// patience bounds each wait in the tests; only a failing test waits that long.
const patience = 10 * time.Second

// memory is a Sink that keeps everything, and holds the Recorder to what Sink says.
type memory struct {
	t      *testing.T
	before func() error // called before each Put and Write; may be nil
	commit func() error // called by Commit; may be nil

	mu sync.Mutex
	// guarded by mu
	change *sync.Cond
	puts   int
	lastID uint64
	last   map[uint64]*runnertape.Exchange
	heads  map[uint64]*runnertape.Exchange // as first put
	bodies map[bodyKey]*bytes.Buffer
	failed bool
}

type bodyKey struct {
	id   uint64
	side runnertape.Side
}

func newMemory(t *testing.T) *memory {
	m := &memory{t: t, last: map[uint64]*runnertape.Exchange{}, heads: map[uint64]*runnertape.Exchange{}, bodies: map[bodyKey]*bytes.Buffer{}}
	m.change = sync.NewCond(&m.mu)
	return m
}

func (m *memory) Put(x *runnertape.Exchange) error {
	if err := m.check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.change.Broadcast()
	m.puts++
	last := m.last[x.ID]
	switch {
	case last == nil && (x.ID <= m.lastID || x.State != runnertape.InFlight):
		m.t.Errorf("exchange %d begins after %d, as %s", x.ID, m.lastID, x.State)
	case last == nil:
		m.lastID = x.ID
		head := *x
		head.Request.Header = x.Request.Header.Clone()
		m.heads[x.ID] = &head
	case last.State == runnertape.Done:
		m.t.Errorf("exchange %d is put after its end", x.ID)
	}
	m.last[x.ID] = x
	// A Sink may change what it was given, as redaction does. Where that is shared with
	// the traffic, the race detector and later Puts show it.
	if x.State != runnertape.Done {
		x.Request.Header, x.Request.Target = nil, "changed by the sink"
		if x.Response != nil {
			x.Response.Header, x.Response.Status = nil, 999
		}
	}
	return nil
}

func (m *memory) Write(id uint64, side runnertape.Side, p []byte) error {
	if err := m.check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.change.Broadcast()
	if x := m.last[id]; x == nil || x.State == runnertape.Done {
		m.t.Errorf("exchange %d: bytes before its begin or after its end", id)
	}
	key := bodyKey{id, side}
	if m.bodies[key] == nil {
		m.bodies[key] = new(bytes.Buffer)
	}
	m.bodies[key].Write(p)
	clear(p) // "not retained" holds both ways
	return nil
}

func (m *memory) Commit() error {
	if m.failed {
		m.t.Error("Commit after a failure")
	}
	if m.commit == nil {
		return nil
	}
	err := m.commit()
	m.failed = err != nil
	return err
}

func (m *memory) check() error {
	if m.failed {
		m.t.Error("called after a failure")
	}
	if m.before == nil {
		return nil
	}
	err := m.before()
	m.failed = err != nil
	return err
}

// await waits until ok holds.
func (m *memory) await(what string, ok func() bool) {
	m.t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	late := false
	defer time.AfterFunc(patience, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		late = true
		m.change.Broadcast()
	}).Stop()
	for !ok() {
		if late {
			m.t.Fatalf("%s: not in time", what)
		}
		m.change.Wait()
	}
}

// done waits for the end of exchange id.
func (m *memory) done(id uint64) *runnertape.Exchange {
	m.t.Helper()
	var x *runnertape.Exchange
	m.await("end of exchange", func() bool {
		x = m.last[id]
		return x != nil && x.State == runnertape.Done
	})
	return x
}

// body is what was written of a body.
func (m *memory) body(id uint64, side runnertape.Side) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.bodies[bodyKey{id, side}]; b != nil {
		return b.String()
	}
	return ""
}

// complete checks, after Close, that everything that began has ended and that the
// sizes noted are those of the bodies.
func (m *memory) complete() {
	for id, x := range m.last {
		if x.State != runnertape.Done {
			m.t.Errorf("exchange %d was left %s", id, x.State)
			continue
		}
		if got := int64(len(m.body(id, runnertape.RequestSide))); got != x.Request.Body.Bytes {
			m.t.Errorf("exchange %d: %d bytes of request written, %d noted", id, got, x.Request.Body.Bytes)
		}
		if x.Response == nil {
			continue
		}
		if got := int64(len(m.body(id, runnertape.ResponseSide))); got != x.Response.Body.Bytes {
			m.t.Errorf("exchange %d: %d bytes of response written, %d noted", id, got, x.Response.Body.Bytes)
		}
	}
}

// nowhere is a Sink that keeps nothing.
type nowhere struct{}

func (nowhere) Put(*runnertape.Exchange) error              { return nil }
func (nowhere) Write(uint64, runnertape.Side, []byte) error { return nil }
func (nowhere) Commit() error                               { return nil }
