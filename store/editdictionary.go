package store

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
)

// editDictionaries gives edit the text of each dictionary, and what is gathered for the next. A dictionary that was
// changed keeps its number: most records do not refer to the place, and unpack as before. Those
// that do, which their checksum tells, are written without a dictionary before it changes.
func (w *Writer) editDictionaries(edit func(text []byte) bool) error {
	for _, sample := range w.sampler.samples {
		edit(sample)
	}
	edited := map[uint32][]byte{}
	var all []zstd.DOption
	err := w.eachText(func(number uint32, text []byte) {
		changed := false
		for _, c := range w.cut {
			changed = c.putIn(text) || changed
		}
		if edit(text) || changed {
			edited[number] = text
		}
		all = append(all, zstd.WithDecoderDictRaw(number, text))
	})
	w.cut = nil
	if err != nil || len(edited) == 0 {
		return err
	}
	if err := w.change(); err != nil {
		return err
	}
	after, err := newDecoder(maxRecordBytes, all...)
	if err != nil {
		return err
	}
	b := &batch{w: w}
	for _, bucket := range [][]byte{exchangesBucket, inFlightBucket} {
		if err := b.leaveDictionaries(bucket, edited, after); err != nil {
			return err
		}
	}
	for number, text := range edited {
		b.put(dictionariesBucket, dictionaryKey(number), w.compressor.plain.EncodeAll(text, []byte{asZstd}))
	}
	if err := b.commit(nil); err != nil {
		return err
	}
	if err := w.reader.view(func(tx *bbolt.Tx) error {
		_, err := w.reader.unpack.readDictionaries(tx)
		return err
	}); err != nil {
		return err
	}
	if newest, ok := edited[w.sampler.number]; ok {
		return w.compressor.use(w.sampler.number, newest)
	}
	return nil
}

// leaveDictionaries writes the records of a bucket without a dictionary that need what is changed in it.
func (b *batch) leaveDictionaries(bucket []byte, edited map[uint32][]byte, after *zstd.Decoder) error {
	room := make([]byte, 0, 4*InlineBytes)
	for from := []byte{}; from != nil; {
		seen := 0
		err := b.w.reader.view(func(tx *bbolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(from)
			for ; k != nil && seen < scanGroup && !b.full(); k, v = c.Next() {
				seen++
				if !needs(v, edited) {
					continue
				}
				if _, err := after.DecodeAll(v[1:], room); err == nil {
					continue
				}
				record, err := b.w.reader.unpack.ofRecord(tx, room, v)
				if err != nil {
					return fmt.Errorf("exchange %x: %w", k, err)
				}
				b.put(bucket, bytes.Clone(k), appendValue(nil, record, b.w.compressor.plain))
			}
			from = bytes.Clone(k)
			return nil
		})
		if err != nil {
			return err
		}
		if b.full() {
			if err := b.commit(nil); err != nil {
				return err
			}
		}
	}
	return b.commit(nil)
}

// needs tells whether a value needs one of the dictionaries.
func needs(value []byte, edited map[uint32][]byte) bool {
	var h zstd.Header
	encoding, frame := cutEncoding(value)
	if encoding != asZstd || h.Decode(frame) != nil {
		return false
	}
	_, ok := edited[h.DictionaryID]
	return ok
}
