package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Findings is what Check saw.
type Findings struct {
	Exchanges  int64    // exchanges in the recording
	InFlight   int64    // of them, not ended when the recorder stopped
	Bodies     int64    // bodies with content
	BodyBytes  int64    // their content
	Problems   []string // what is wrong, the first maxProblems of them; empty if the recording is whole
	MoreWrongs int64    // problems beyond those
	Unfinished bool     // the one problem is what a recorder that was killed had left to do: nothing is damaged
}

// maxProblems bounds the list: a damaged file can have one for each chunk.
const maxProblems = 100

// Whole tells whether nothing was wrong.
func (f *Findings) Whole() bool { return len(f.Problems) == 0 }

func (f *Findings) wrong(format string, args ...any) {
	if len(f.Problems) == maxProblems {
		f.MoreWrongs++
		return
	}
	f.Problems = append(f.Problems, fmt.Sprintf(format, args...))
}

// Check verifies the recording at path: the pages of the file, every exchange,
// every chunk, every length and digest. The error is that of opening; what is
// wrong inside is in the Findings.
func Check(path string) (*Findings, error) {
	f, m, err := check(path)
	if problem := m.problem(); err == nil && problem != "" {
		f.Unfinished = f.Whole()
		f.wrong("%s", problem)
	}
	return f, err
}

// check is Check without what the mark says, which is a problem but no damage.
func check(path string) (f *Findings, m mark, err error) {
	r, err := Open(path)
	if err != nil {
		return nil, m, err
	}
	f = new(Findings)
	if err = checkPages(path); err == nil {
		m, err = r.checkContent(f)
	}
	if errors.Is(err, ErrDamaged) {
		f.wrong("%v", err)
		err = nil
	}
	return f, m, errors.Join(err, r.Close())
}

// checkContent walks exchanges and chunks side by side: both are in order of id.
func (r *Reader) checkContent(f *Findings) (m mark, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		chunks := tx.Bucket(bodiesBucket).Cursor()
		k, v := chunks.First()
		stray := func(before uint64) {
			for ; k != nil; k, v = chunks.Next() {
				id, side, index, ok := parseBodyKey(k)
				if ok && id >= before {
					return
				}
				f.wrong("chunk %d of the %s body of exchange %d belongs to no exchange", index, side, id)
			}
		}
		m = readMark(tx)
		m.owes = readOwed(tx) != nil
		toc := newTocCheck(tx, f)
		w := newWalk(tx, 0)
		for {
			id, value, err := w.next()
			if err != nil {
				f.wrong("%v", err)
				continue
			}
			if value == nil {
				break
			}
			f.Exchanges++
			x, content, err := r.unpack.exchange(tx, nil, id, value)
			if err != nil {
				f.wrong("%v", err)
				x = &runnertape.Exchange{ID: id, State: runnertape.InFlight}
			}
			toc.see(f, x, err == nil)
			if x.State != runnertape.Done {
				f.InFlight++
			}
			stray(id)
			for _, side := range sides {
				b := bodyCheck{sum: sha256.New(), inlined: content[side-runnertape.RequestSide]}
				prefix := bodyPrefix(id, side)
				b.unknown = bytes.Equal(prefix, m.midst)
				for ; bytes.HasPrefix(k, prefix); k, v = chunks.Next() {
					b.add(tx, k, v, r.unpack)
				}
				b.compare(f, x, side)
			}
		}
		stray(^uint64(0))
		toc.end(f)
		checkMoves(tx, f)
		return nil
	})
	return m, err
}

var sides = [2]runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide}

// checkMoves looks for exchanges that are in flight and have ended.
func checkMoves(tx *bbolt.Tx, f *Findings) {
	ended, inFlight := tx.Bucket(exchangesBucket), tx.Bucket(inFlightBucket)
	if inFlight == nil {
		return
	}
	c := inFlight.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if ended.Get(k) != nil {
			f.wrong("exchange %d has ended and is in flight", keyID(k))
		}
	}
}

// bodyCheck adds up the chunks of one body.
type bodyCheck struct {
	sum     hash.Hash
	size    int64
	chunks  uint32
	unknown bool // the exchange does not say the digest now
	short   bool // the last chunk seen was not full
	wrong   string

	inlined []byte // what the exchange itself holds
	room    []byte // for the next chunk
}

func (b *bodyCheck) add(tx *bbolt.Tx, key, value []byte, d *decompressor) {
	_, _, index, ok := parseBodyKey(key)
	content, err := d.ofChunk(tx, b.room[:0], value)
	b.room = content
	switch {
	case b.wrong != "":
	case !ok:
		b.wrong = fmt.Sprintf("has a chunk key of %d bytes", len(key))
	case err != nil:
		b.wrong = err.Error()
	case index != b.chunks:
		b.wrong = fmt.Sprintf("lacks chunk %d", b.chunks)
	case b.short:
		b.wrong = fmt.Sprintf("goes on after the short chunk %d", index-1)
	}
	b.chunks++
	b.short = len(content) < ChunkBytes
	b.size += int64(len(content))
	b.sum.Write(content)
}

func (b *bodyCheck) compare(f *Findings, x *runnertape.Exchange, side runnertape.Side) {
	if b.chunks == 0 {
		b.size = int64(len(b.inlined))
		b.sum.Write(b.inlined)
	} else if b.inlined != nil && x.State == runnertape.Done {
		b.wrong = "is in chunks and with its exchange"
	}
	if b.size > 0 {
		f.Bodies++
		f.BodyBytes += b.size
	}
	if b.wrong == "" && x.State == runnertape.Done {
		want := x.Request.Body
		if side == runnertape.ResponseSide {
			want = runnertape.Body{SHA256: emptyDigest}
			if x.Response != nil {
				want = x.Response.Body
			}
		}
		switch {
		case b.size != want.Stored:
			b.wrong = fmt.Sprintf("has %d bytes, its exchange says %d", b.size, want.Stored)
		case !b.unknown && !want.Dropped() && runnertape.Digest(b.sum.Sum(nil)) != want.SHA256:
			b.wrong = "does not have the SHA-256 its exchange says"
		}
	}
	if b.wrong != "" {
		f.wrong("the %s body of exchange %d %s", side, x.ID, b.wrong)
	}
}
