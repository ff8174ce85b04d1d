package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"runnertape"
)

func compactTo(ctx context.Context, r *Reader, path string, progress func(float64)) error {
	db, err := openDB(path, false)
	if err != nil {
		return err
	}
	db.NoSync = true // it counts only when it is whole
	c := &compaction{ctx: ctx, from: r, db: db, seen: map[[32]byte][]byte{}, progress: progress}
	if err = errors.Join(c.run(), db.Sync(), db.Close()); err != nil {
		return err
	}
	return trim(path)
}

// compaction copies a recording.
type compaction struct {
	ctx      context.Context
	from     *Reader
	db       *bbolt.DB
	tx       *bbolt.Tx // the one that is being filled
	pending  int       // bytes in it
	plain    *zstd.Encoder
	record   *zstd.Encoder
	last     uint64
	toc      lister              // of the block that is being filled
	seen     map[[32]byte][]byte // SHA-256 of a chunk's content → key of the first chunk that has it
	progress func(float64)
}

func (c *compaction) run() (err error) {
	better := zstd.WithEncoderLevel(zstd.SpeedBetterCompression)
	if c.plain, err = newEncoder(better); err != nil {
		return err
	}
	c.record = c.plain
	if c.tx, err = c.db.Begin(true); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rollback(c.tx)) }()
	header := c.from.Header()
	header.Format = Format
	if err = writeHeader(c.tx, header); err != nil {
		return err
	}
	if err = c.tx.Bucket(recordingBucket).Put(compactedKey, []byte{1}); err != nil {
		return err
	}
	if err := c.keepState(); err != nil {
		return err
	}
	content, err := c.dictionary()
	if err != nil {
		return err
	}
	if content != nil {
		if err = c.tx.Bucket(dictionariesBucket).Put(dictionaryKey(1), c.plain.EncodeAll(content, []byte{asZstd})); err != nil {
			return err
		}
		if c.record, err = newEncoder(better, zstd.WithEncoderDictRaw(1, content)); err != nil {
			return err
		}
	}
	for x, err := range c.from.Exchanges() {
		if err == nil {
			err = c.exchange(x)
		}
		if err != nil {
			return err
		}
	}
	if err := c.putToc(); err != nil {
		return err
	}
	return c.tx.Commit()
}

// putToc writes the block that is filled.
func (c *compaction) putToc() error {
	if len(c.toc.entries) == 0 {
		return nil
	}
	last := c.toc.entries[len(c.toc.entries)-1].ID
	err := c.put(tocBucket, tocKey(last), appendBlock(nil, c.toc.entries), last)
	c.toc.entries = c.toc.entries[:0]
	return err
}

// keepState copies what the recording says of itself. What was wiped from what it is made of is not in the copy.
func (c *compaction) keepState() error {
	return c.from.view(func(tx *bbolt.Tx) error {
		m := readMark(tx)
		if m.state == changed {
			m = mark{}
		}
		if err := errors.Join(m.put(c.tx), putOwed(c.tx, readOwed(tx))); err != nil {
			return err
		}
		if before := after(tx); before > 0 {
			return c.tx.Bucket(recordingBucket).Put(afterKey, exchangeKey(before))
		}
		return nil
	})
}

func rollback(tx *bbolt.Tx) error {
	if err := tx.Rollback(); !errors.Is(err, bolterrors.ErrTxClosed) {
		return err
	}
	return nil
}

// dictionary takes samples from all of the recording.
func (c *compaction) dictionary() ([]byte, error) {
	s := newSampler()
	for x, err := range c.from.Exchanges() {
		if err != nil {
			return nil, err
		}
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		c.last = x.ID
		if s.full() || s.has(x) {
			s.seen++
			continue
		}
		content, err := c.small(x)
		if err != nil {
			return nil, err
		}
		s.see(x, appendRecord(nil, x, &content))
	}
	content, _ := s.due()
	return content, nil
}

// small is the content that the record of x is to have.
func (c *compaction) small(x *runnertape.Exchange) (content inlined, err error) {
	for i, b := range bodiesOf(x) {
		if b == nil || x.State == runnertape.Done && b.Stored > InlineBytes {
			continue
		}
		body := bodyReader{r: c.from, id: x.ID, side: sides[i]}
		first, err := body.next()
		if err != nil {
			return content, err
		}
		if len(first) <= InlineBytes {
			content[i] = append([]byte{}, first...)
		}
		if x.State != runnertape.Done && len(first) == 0 {
			content[i] = nil
		}
		if content[i] != nil && x.State == runnertape.Done && !b.Dropped() && b.SHA256 != sha256.Sum256(content[i]) {
			return content, fmt.Errorf("%w: the %s body of exchange %d does not have the SHA-256 its exchange says", ErrDamaged, sides[i], x.ID)
		}
	}
	return content, nil
}

// bodiesOf are both bodies of x, nil if it has none.
func bodiesOf(x *runnertape.Exchange) [2]*runnertape.Body {
	if x.Response == nil {
		return [2]*runnertape.Body{&x.Request.Body, nil}
	}
	return [2]*runnertape.Body{&x.Request.Body, &x.Response.Body}
}

func (c *compaction) exchange(x *runnertape.Exchange) error {
	content, err := c.small(x)
	if err != nil {
		return err
	}
	for i, side := range sides {
		if content[i] == nil {
			if err := c.chunks(x.ID, side); err != nil {
				return err
			}
		}
	}
	bucket := exchangesBucket
	if x.State != runnertape.Done {
		bucket = inFlightBucket
	}
	if n := len(c.toc.entries); n > 0 && c.toc.entries[n-1].ID/tocBlock != x.ID/tocBlock {
		if err := c.putToc(); err != nil {
			return err
		}
	}
	c.toc.add(x)
	value := appendValue(nil, appendRecord(nil, x, &content), c.record)
	return c.put(bucket, exchangeKey(x.ID), value, x.ID)
}

// chunks copies one body, with a reference in place of a chunk that was there before.
func (c *compaction) chunks(id uint64, side runnertape.Side) error {
	body := bodyReader{r: c.from, id: id, side: side}
	plain := false
	for index := uint32(0); ; index++ {
		content, err := body.next()
		if err != nil || len(content) == 0 {
			return err
		}
		key := bodyKey(id, side, index)
		sum := sha256.Sum256(content)
		var value []byte
		if first, ok := c.seen[sum]; ok {
			value = append([]byte{asReference}, first...)
		} else {
			c.seen[sum] = key
			if !plain {
				value = appendValue(nil, content, c.plain)
			}
			if plain || !pays(len(content), len(value)) {
				plain = index == 0 || plain
				value = append([]byte{asItIs}, content...)
			}
		}
		if err := c.put(bodiesBucket, key, value, id); err != nil {
			return err
		}
	}
}

// put writes a value, and now and then commits what was written.
func (c *compaction) put(bucket, key, value []byte, id uint64) (err error) {
	if c.pending += len(key) + len(value); c.pending > GroupBytes {
		if err := errors.Join(c.ctx.Err(), c.tx.Commit()); err != nil {
			return err
		}
		if c.tx, err = c.db.Begin(true); err != nil {
			return err
		}
		c.pending = 0
		if c.progress != nil {
			c.progress(float64(id) / float64(max(id, c.last)))
		}
	}
	b := c.tx.Bucket(bucket)
	b.FillPercent = 1 // keys come in order
	return b.Put(key, value)
}
