package redact

import (
	"container/list"
	"slices"
)

// cut is the end of a patch, up to which the trace of a job has come.
type cut struct {
	end   int64  // offset in the trace
	text  paused // what is held back at the end, as it may begin a secret
	held  span   // where that is kept
	grams grams
	chain [2]link // the patches that the end is in, those before and the latest

	deepened int // how often more of the text before it was taken in
}

// Bounds of traces. A runner sends again from the end of an earlier patch when one was refused.
const (
	maxTraces = 2000
	maxCuts   = 16
	maxHeld   = 64 << 10
)

// traces are the ends of the latest patches of jobs.
type traces struct {
	jobs  map[int64]*list.Element
	order *list.List // of *trace, the least recently used first
}

type trace struct {
	job  int64
	cuts []*cut // the latest last
}

func newTraces() *traces { return &traces{jobs: map[int64]*list.Element{}, order: list.New()} }

// at is where the trace of a job was cut at that offset, nil if it was not or that is forgotten.
func (t *traces) at(job, start int64) *cut {
	e := t.jobs[job]
	if e == nil {
		return nil
	}
	for _, c := range slices.Backward(e.Value.(*trace).cuts) {
		if c.end == start {
			return c
		}
	}
	return nil
}

// add notes a cut.
func (t *traces) add(job int64, c *cut) {
	e := t.jobs[job]
	if e == nil {
		e = t.order.PushBack(&trace{job: job})
		t.jobs[job] = e
		if t.order.Len() > maxTraces {
			delete(t.jobs, t.order.Remove(t.order.Front()).(*trace).job)
		}
	}
	t.order.MoveToBack(e)
	of := e.Value.(*trace)
	if len(of.cuts) >= maxCuts {
		of.cuts = append(of.cuts[:0], of.cuts[1:]...)
	}
	of.cuts = append(of.cuts, c)
}

// deepen has the patch that begins where c ends look further back: when the one before ended, less was
// known that may have begun in it, and now it has a stand-in for the beginning.
func (t *traces) deepen(job int64, c *cut) {
	if old := t.at(job, c.end); old != nil && len(c.held.was) > len(old.held.was) {
		old.text, old.held = old.text.deeper(old.held, c.held.again())
		old.deepened++
	}
}

// note has the ends of a job's patches know what was put over kept bytes: of several patches that go on behind one of them
// each may change what it holds.
func (t *traces) note(job int64, edits []edit) {
	if e := t.jobs[job]; e != nil && len(edits) > 0 {
		for _, c := range e.Value.(*trace).cuts {
			c.held.note(edits)
		}
	}
}
