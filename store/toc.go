package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"runnertape"
)

// A block of the table of contents has the entries of the exchanges that have ended and whose ids
// begin at its key. All numbers are varints:
//
//	kinds    how many, and of each its length in bytes, and then: length and text of endpoint, scheme
//	         and host; status; 1 if it is whole, and 2 if it is kept
//	jobs     how many, and of each what is to be added to the one before
//	runs     up to the end, each of exchanges of one kind and job whose ids follow each other: ids left
//	         out before the first, which kind, which job, from 1, or 0 for none, and how many follow the first
//
// An empty poll takes no room beside another one, and a patch beside one of another job 4 bytes.
// Each commit writes the last block again, so that it is to be about a page. Larger ones are not read faster from
// a disk: bbolt has the system read page by page.
const tocBlock = 512

// tocKey is the key of the block that has the entry of id.
func tocKey(id uint64) []byte { return exchangeKey(id - id%tocBlock) }

// appendBlock writes entries of one block, which are in order of id.
func appendBlock(b []byte, entries []runnertape.Entry) []byte {
	var kinds []*runnertape.Kind
	number := map[*runnertape.Kind]uint64{} // place in kinds
	var jobs []int64
	for i, e := range entries {
		if i == 0 || e.Kind != entries[i-1].Kind {
			if _, known := number[e.Kind]; !known {
				number[e.Kind] = uint64(len(kinds))
				kinds = append(kinds, e.Kind)
			}
		}
		if e.JobID != 0 {
			jobs = append(jobs, e.JobID)
		}
	}
	slices.Sort(jobs)
	jobs = slices.Compact(jobs)

	b = binary.AppendUvarint(b, uint64(len(kinds)))
	var kind []byte
	for _, k := range kinds {
		kind = appendKind(kind[:0], k)
		b = binary.AppendUvarint(b, uint64(len(kind)))
		b = append(b, kind...)
	}
	b = binary.AppendUvarint(b, uint64(len(jobs)))
	before := int64(0)
	for _, id := range jobs {
		b = binary.AppendVarint(b, id-before) // may wrap around, and back when it is read
		before = id
	}
	for next := entries[0].ID - entries[0].ID%tocBlock; len(entries) > 0; {
		e, n := entries[0], 1
		for n < len(entries) && entries[n] == (runnertape.Entry{ID: e.ID + uint64(n), JobID: e.JobID, Kind: e.Kind}) {
			n++
		}
		job := 0
		if e.JobID != 0 {
			job, _ = slices.BinarySearch(jobs, e.JobID)
			job++
		}
		b = binary.AppendUvarint(b, e.ID-next)
		b = binary.AppendUvarint(b, number[e.Kind])
		b = binary.AppendUvarint(b, uint64(job))
		b = binary.AppendUvarint(b, uint64(n-1))
		next, entries = e.ID+uint64(n), entries[n:]
	}
	return b
}

func appendKind(b []byte, k *runnertape.Kind) []byte {
	b = appendString(b, k.Endpoint)
	b = appendString(b, k.Scheme)
	b = appendString(b, k.Host)
	b = binary.AppendVarint(b, int64(k.Status))
	bits := byte(0)
	if k.Whole {
		bits |= 1
	}
	if k.Kept {
		bits |= 2
	}
	return append(b, bits)
}

// tocReader reads blocks. Entries of one kind have the same kind whatever block they are of.
type tocReader struct {
	kinds map[string]*runnertape.Kind // by how they are written
	one   runnertape.Kinds
	of    []*runnertape.Kind // of the block
	jobs  []int64            // of the block
}

// appendEntries appends the entries of a block to to.
func (r *tocReader) appendEntries(to []runnertape.Entry, key, value []byte) ([]runnertape.Entry, error) {
	if len(key) != 8 || keyID(key)%tocBlock != 0 {
		return to, fmt.Errorf("%w: a table of contents has the key %x", ErrDamaged, key)
	}
	p := &parser{rest: value}
	r.of, r.jobs = r.of[:0], r.jobs[:0]
	for range p.count() {
		r.of = append(r.of, r.kind(p.bytes()))
	}
	before := int64(0)
	for range p.count() {
		before += p.varint()
		r.jobs = append(r.jobs, before)
	}
	first := keyID(key)
	for next := first; len(p.rest) > 0 && p.err == nil; {
		skipped, kind, job, more := p.uvarint(), p.uvarint(), p.uvarint(), p.uvarint()
		room := tocBlock - (next - first)
		if kind >= uint64(len(r.of)) || r.of[kind] == nil || job > uint64(len(r.jobs)) || skipped >= room || more >= room-skipped {
			p.err = errors.New("a run that cannot be")
			break
		}
		e := runnertape.Entry{Kind: r.of[kind]}
		if job > 0 {
			e.JobID = r.jobs[job-1]
		}
		for next += skipped; ; more-- {
			e.ID = next
			to = append(to, e)
			if next++; more == 0 {
				break
			}
		}
	}
	if p.err != nil {
		return to, fmt.Errorf("%w: table of contents from exchange %d on: %v", ErrDamaged, first, p.err)
	}
	return to, nil
}

// kind is nil if it cannot be read.
func (r *tocReader) kind(b []byte) *runnertape.Kind {
	if k := r.kinds[string(b)]; k != nil {
		return k
	}
	p := &parser{rest: b}
	k := runnertape.Kind{Endpoint: p.string(), Scheme: p.string(), Host: p.string()}
	status, bits := p.varint(), p.byte()
	if p.err != nil || len(p.rest) > 0 || status < 0 || status > math.MaxInt32 {
		return nil
	}
	k.Status, k.Whole, k.Kept = int(status), bits&1 != 0, bits&2 != 0
	one := r.one.One(k)
	if r.kinds == nil {
		r.kinds = map[string]*runnertape.Kind{}
	}
	r.kinds[string(b)] = one
	return one
}
