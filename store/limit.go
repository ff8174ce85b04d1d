package store

import (
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Limit bounds what a recording takes on disk.
type Limit struct {
	MaxBytes int64                           // of file in use; at least MinMaxBytes
	Ends     func(*runnertape.Exchange) bool // tells whether an exchange that ended is the last of its job; called by a goroutine of the Writer's, one call at a time
	Rotate   bool                            // nothing leaves: when the bound is reached, the file is renamed, and a new one begun
}

// MinMaxBytes is the smallest bound of a recording.
const MinMaxBytes = 1 << 20

// Left is what left a recording that has a Limit.
type Left struct {
	Jobs      int64 // whole, with all of their exchanges
	Exchanges int64 // also those of no job
	Bytes     int64 // that they took, about

	Files []string // with Rotate: those that were full, in order; nothing else left then
}

// ErrFull says that a Limit cannot be kept: what is left is in flight, or of
// jobs that have not ended.
var ErrFull = errors.New("the recording is full")

// ErrCompacted says that a recording cannot be bounded, since in a compacted one
// an exchange that stays may need one that is to leave.
var ErrCompacted = errors.New("a compacted recording cannot be bounded; record into another file")

// silence is how long a job that says nothing is taken for running. GitLab gives
// up a job from which it has not heard for an hour.
const silence = time.Hour

// retention keeps a Limit. It holds some hundred bytes for each job that is in
// the recording; which exchanges a job has is in the jobs bucket.
type retention struct {
	Limit
	unpack  *decompressor
	left    Left
	jobs    map[int64]*keptJob
	byFirst jobHeap   // all jobs, those that left too until they come to the top
	ended   jobHeap   // those that have ended
	newest  time.Time // start of the latest exchange
	gone    []uint64  // exchanges that leave now
	next    uint64    // first exchange that may be of no job and older than others; those before were looked at
}

// keptJob is a job of which there are exchanges.
type keptJob struct {
	id    int64
	first uint64    // its first exchange
	last  time.Time // start of its latest
	over  bool      // it has ended
	left  bool
}

// jobHeap has the job on top that began first.
type jobHeap []*keptJob

func (h jobHeap) Len() int           { return len(h) }
func (h jobHeap) Less(i, j int) bool { return h[i].first < h[j].first }
func (h jobHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *jobHeap) Push(x any)        { *h = append(*h, x.(*keptJob)) }
func (h *jobHeap) Pop() any {
	last := len(*h) - 1
	j := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return j
}

// top is the first job that has not left, or nil.
func (h *jobHeap) top() *keptJob {
	for len(*h) > 0 && (*h)[0].left {
		heap.Pop(h)
	}
	if len(*h) == 0 {
		return nil
	}
	return (*h)[0]
}

// Limit makes the oldest leave when more comes than the bound allows: whole jobs
// that have ended, and exchanges of no job that are older than the oldest job.
// With Rotate, recording.db becomes recording.1.db, .2 and so on, each a recording
// with the same header; what is in flight moves to the new file, ids go on.
// It is called once, before anything is put. Of a recording that goes on it reads
// all exchanges. Pages that became free are used again: the file stays about as
// large as the bound, while it is open with the room that bbolt takes ahead.
func (w *Writer) Limit(l Limit) error {
	if l.MaxBytes < MinMaxBytes {
		return fmt.Errorf("bound of %d bytes: a recording needs at least %d", l.MaxBytes, MinMaxBytes)
	}
	w.groupBytes = int(min(GroupBytes, l.MaxBytes/8))
	w.db.AllocSize = int(min(allocBytes, l.MaxBytes/8))
	if l.Rotate {
		w.rotation = &rotation{maxBytes: l.MaxBytes}
		return nil
	}
	r := &retention{Limit: l, unpack: w.reader.unpack, jobs: map[int64]*keptJob{}}
	err := w.db.Update(func(tx *bbolt.Tx) error {
		if tx.Bucket(recordingBucket).Get(compactedKey) != nil {
			return ErrCompacted
		}
		if tx.Bucket(jobsBucket) != nil {
			if err := tx.DeleteBucket(jobsBucket); err != nil {
				return err
			}
		}
		_, err := tx.CreateBucket(jobsBucket)
		return err
	})
	if err != nil {
		return fmt.Errorf("bound recording %s: %w", w.path, err)
	}
	var group []*runnertape.Exchange
	index := func() error {
		err := w.db.Update(func(tx *bbolt.Tx) error {
			for _, x := range group {
				if err := r.see(tx, x); err != nil {
					return err
				}
			}
			return nil
		})
		group = group[:0]
		return err
	}
	for x, err := range w.reader.Exchanges() {
		if err == nil && x.State == runnertape.Done {
			group = append(group, x)
		}
		if err == nil && len(group) == 16*scanGroup {
			err = index()
		}
		if err != nil {
			return err
		}
	}
	w.retention = r
	return index()
}

// Left is what left the recording so far. It is for the goroutine that owns the
// Writer.
func (w *Writer) Left() Left {
	_ = w.settle() // kept for the next call; who commits changes what has left
	switch {
	case w.rotation != nil:
		return w.rotation.left
	case w.retention != nil:
		return w.retention.left
	}
	return Left{}
}

func jobKey(job int64, id uint64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(job)), id)
}

// see takes note of an exchange that ended and is in the recording from now on.
func (r *retention) see(tx *bbolt.Tx, x *runnertape.Exchange) error {
	if x.Started.After(r.newest) {
		r.newest = x.Started
	}
	if x.Decoded == nil || x.Decoded.JobID == 0 {
		r.next = min(r.next, x.ID)
		return nil
	}
	id := x.Decoded.JobID
	j := r.jobs[id]
	switch {
	case j == nil:
		j = &keptJob{id: id, first: x.ID}
		r.jobs[id] = j
		heap.Push(&r.byFirst, j)
	case x.ID < j.first: // exchanges do not end in order; another entry keeps the heaps right
		moved := *j
		moved.first = x.ID
		j.left = true
		j = &moved
		r.jobs[id] = j
		heap.Push(&r.byFirst, j)
		if j.over {
			heap.Push(&r.ended, j)
		}
	}
	if x.Started.After(j.last) {
		j.last = x.Started
	}
	if !j.over && r.Ends(x) {
		j.over = true
		heap.Push(&r.ended, j)
	}
	return tx.Bucket(jobsBucket).Put(jobKey(id, x.ID), nil)
}
