package live

import (
	"io"

	"runnertape"
)

// body is content that comes from several sources, if one breaks off.
type body struct {
	*attempt
	id      uint64
	side    runnertape.Side
	content io.ReadCloser // nil if it is to be opened
	offset  int64         // of what is read next
}

// Body opens the kept content of one body of exchange id, from its start.
func (r *Reader) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return r.BodyAt(id, side, 0)
}

// BodyAt is Body from content byte offset on. A body that has no byte there is empty.
func (r *Reader) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	b := &body{attempt: r.attempt(), id: id, side: side, offset: offset}
	if err := b.open(); err != nil {
		return nil, b.told(err)
	}
	return b, nil
}

// open sees to it that there is content, from where it broke off.
func (b *body) open() error {
	for b.content == nil {
		content, err := b.source.BodyAt(b.id, b.side, b.offset)
		if err == nil {
			b.content = content
			return nil
		}
		if !b.again(err) {
			return err
		}
	}
	return nil
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	for {
		if err := b.open(); err != nil {
			return 0, b.told(err)
		}
		n, err := b.content.Read(p)
		if n > 0 {
			b.offset += int64(n)
			b.stuck = 0
		}
		switch {
		case !isOver(err):
			return n, b.told(err)
		case n > 0:
			return n, nil // the next Read breaks off again
		}
		b.content.Close()
		b.content = nil
		if !b.again(err) {
			return 0, b.told(err)
		}
	}
}

// Close implements io.Closer.
func (b *body) Close() error {
	if b.content == nil {
		return nil
	}
	return b.content.Close()
}
