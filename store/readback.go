package store

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"

	"runnertape"
)

// Exchanges yields the exchanges with ids from first to last in order, also those in flight, as they
// were put last. It stops after the first error.
func (w *Writer) Exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		if err := w.Commit(); err != nil {
			yield(nil, err)
			return
		}
		all := w.reader.ExchangesFrom(first)
		if files := w.reach(first); len(files) > 0 {
			all = w.merged(files, all, first)
		}
		for x, err := range all {
			if err == nil && x.ID > last || !yield(x, err) {
				return
			}
		}
	}
}

// BodyAt is a body from content byte offset on, as far as it was written, with its changes. After the
// next call of another method it may miss what that did.
func (w *Writer) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	var r io.ReadCloser
	if done, err := w.elsewhere(id, func(e *Writer) (err error) {
		r, err = e.BodyAt(id, side, offset)
		return err
	}); done {
		if r == nil && err == nil { // the file was lost
			r = from(nil, 0)
		}
		return r, err
	}
	if err := w.settleFresh(); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, fmt.Errorf("%s body of exchange %d: it has no byte %d", side, id, offset)
	}
	k := w.changes.of[id]
	if l := w.live[id]; l != nil {
		return w.liveBodyAt(l, side, offset)
	}
	if k == nil {
		return w.reader.BodyAt(id, side, offset)
	}
	c, inline := k.body(side), k.content[side-runnertape.RequestSide]
	switch {
	case c.replaced:
		return from(c.content, offset), nil
	case k.x.State == runnertape.Done && inline != nil:
		return from(inline, offset), nil
	}
	r, err := w.reader.BodyAt(id, side, offset)
	return patched(r, offset, c.patches), err
}

// liveBodyAt is a body of which the file has the full chunks. What it has of it in the record may be old.
func (w *Writer) liveBodyAt(l *live, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	b := l.body(side)
	var part []byte
	if b.part != nil {
		part = b.part[1:]
	}
	began := int64(b.index) * ChunkBytes
	if offset >= began {
		return from(part, offset-began), nil
	}
	file := &bodyReader{r: w.reader, id: l.id, side: side}
	if err := file.seek(offset); err != nil {
		return nil, err
	}
	var patches []patch
	if k := w.changes.of[l.id]; k != nil {
		patches = k.body(side).patches
	}
	chunks := patched(io.LimitReader(file, began-offset), offset, patches)
	return io.NopCloser(io.MultiReader(chunks, bytes.NewReader(slices.Clone(part)))), nil
}

func from(content []byte, offset int64) io.ReadCloser {
	return io.NopCloser(bytes.NewReader(slices.Clone(content[min(offset, int64(len(content))):])))
}

// patchedReader puts patches on what it reads.
type patchedReader struct {
	r       io.Reader
	at      int64
	patches []patch
}

func patched(r io.Reader, at int64, patches []patch) io.ReadCloser {
	if len(patches) > 0 {
		r = &patchedReader{r, at, patches}
	}
	return io.NopCloser(r)
}

// Read implements io.Reader.
func (r *patchedReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	for _, c := range r.patches {
		c.put(p[:n], r.at)
	}
	r.at += int64(n)
	return n, err
}
