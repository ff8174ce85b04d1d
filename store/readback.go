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
// were put or amended last. It stops after the first error. The digest of a body that was changed may be unknown
// until the next Commit.
func (w *Writer) Exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		if err := w.settleFresh(); err != nil {
			yield(nil, err)
			return
		}
		all := w.exchanges(first, last)
		if files := w.reach(first); len(files) > 0 {
			all = w.merged(files, all, first, last)
		}
		all(yield)
	}
}

// exchanges are those of the current file, with their changes.
func (w *Writer) exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range w.reader.exchanges(first, last) {
			if err == nil {
				x = w.asChanged(x)
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// asChanged is an exchange of the file as it was put or amended last.
func (w *Writer) asChanged(x *runnertape.Exchange) *runnertape.Exchange {
	now, k := x, w.changes.of[x.ID]
	if l := w.live[x.ID]; l != nil && l.x != nil {
		now = l.x
	} else if k != nil && k.x != nil {
		now = k.x
	}
	if now == x {
		return x
	}
	changed := *now // which is the Writer's
	if now.Response != nil {
		response := *now.Response
		changed.Response = &response
	}
	for i, b := range bodiesOf(&changed) {
		switch {
		case k == nil || b == nil || changed.State != runnertape.Done:
		case k.bodies[i].replaced || len(k.bodies[i].patches) > 0:
			b.SHA256 = runnertape.Digest{}
		default:
			digestInlined(b, k.content[i])
		}
	}
	return &changed
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
	if offset < 0 {
		return nil, fmt.Errorf("%s body of exchange %d: it has no byte %d", side, id, offset)
	}
	if l := w.live[id]; l != nil {
		return w.liveBodyAt(l, side, offset)
	}
	if err := w.settleFresh(); err != nil {
		return nil, err
	}
	k := w.changes.of[id]
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
	began := b.began()
	if offset >= began {
		return from(part, offset-began), nil
	}
	if err := w.settleFresh(); err != nil {
		return nil, err
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
