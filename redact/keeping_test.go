package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"testing"

	"runnertape"
)

// keeping is a Keeper in memory.
type keeping struct {
	t          *testing.T
	exchanges  map[uint64]*runnertape.Exchange
	bodies     map[string][]byte
	dictionary []byte // what it has of texts that passed besides
	dirty      bool   // changed since it was scrubbed
	scrubs     int
	reads      int   // exchanges that were listed
	fails      error // of each change
	owed       []byte
	last       uint64
}

func newKeeping(t *testing.T) *keeping {
	return &keeping{t: t, exchanges: map[uint64]*runnertape.Exchange{}, bodies: map[string][]byte{}}
}

// copied shares nothing with x.
func copied(t *testing.T, x *runnertape.Exchange) *runnertape.Exchange {
	t.Helper()
	text, err := json.Marshal(x)
	now := new(runnertape.Exchange)
	if err == nil {
		err = json.Unmarshal(text, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func (k *keeping) Put(x *runnertape.Exchange) error {
	if x.State == runnertape.Done && k.dirty {
		k.t.Errorf("exchange %d is done, and what was changed before is not scrubbed", x.ID)
	}
	k.exchanges[x.ID] = k.filled(copied(k.t, x))
	k.last = max(k.last, x.ID)
	return nil
}

func (k *keeping) filled(x *runnertape.Exchange) *runnertape.Exchange {
	x.Request.Body.Stored = int64(len(k.bodies[bodyKey(x.ID, runnertape.RequestSide)]))
	if x.Response != nil {
		x.Response.Body.Stored = int64(len(k.bodies[bodyKey(x.ID, runnertape.ResponseSide)]))
	}
	return x
}

func (k *keeping) Write(id uint64, side runnertape.Side, p []byte) error {
	if x := k.exchanges[id]; x == nil || x.State == runnertape.Done {
		k.t.Errorf("bytes of exchange %d, which is %v", id, x)
	}
	k.bodies[bodyKey(id, side)] = append(k.bodies[bodyKey(id, side)], p...)
	return nil
}

func (k *keeping) Commit() error { return nil }

func (k *keeping) Exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for id := first; id <= min(last, k.last); id++ {
			x := k.exchanges[id]
			if x == nil {
				continue
			}
			k.reads++
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (k *keeping) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(k.bodies[bodyKey(id, side)][offset:])), nil
}

func (k *keeping) Amend(x *runnertape.Exchange) error {
	k.dirty = true
	was := k.exchanges[x.ID]
	if was == nil || was.State != x.State {
		k.t.Errorf("exchange %d is amended to be %s", x.ID, x.State)
	}
	k.exchanges[x.ID] = k.filled(copied(k.t, x))
	return k.fails
}

func (k *keeping) Overwrite(id uint64, side runnertape.Side, offset int64, p []byte) error {
	k.dirty = true
	body := k.bodies[bodyKey(id, side)]
	if offset < 0 || offset+int64(len(p)) > int64(len(body)) || len(p) == 0 {
		return fmt.Errorf("%d bytes at %d of %d of exchange %d", len(p), offset, len(body), id)
	}
	copy(body[offset:], p)
	return k.fails
}

func (k *keeping) Replace(id uint64, side runnertape.Side, content []byte) error {
	k.dirty = true
	if x := k.exchanges[id]; x.State != runnertape.Done {
		k.t.Errorf("the body of exchange %d is replaced, which is %s", id, x.State)
	}
	k.bodies[bodyKey(id, side)] = bytes.Clone(content)
	return k.fails
}

func (k *keeping) Scrub(edit func(text []byte) bool) error {
	k.scrubs++
	k.dirty = false
	was := bytes.Clone(k.dictionary)
	if edit(k.dictionary) == bytes.Equal(was, k.dictionary) {
		k.t.Error("it does not tell whether it changed the dictionary")
	}
	return k.fails
}

func (k *keeping) LastID() uint64 { return k.last }

func (k *keeping) Owe(note []byte) { k.owed = bytes.Clone(note) }

func (k *keeping) Owed() []byte { return k.owed }

func (k *keeping) exchange(id uint64) *runnertape.Exchange { return k.exchanges[id] }

func (k *keeping) body(id uint64, side runnertape.Side) []byte { return k.bodies[bodyKey(id, side)] }
