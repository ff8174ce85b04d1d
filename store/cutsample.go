package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// cutSample is the part of a long record that a dictionary has, and what it is to be. Where it is cut
// off may be within a secret, of which edit then sees too little to know it.
type cutSample struct{ was, now []byte }

// noteSample takes note of a record that changes, if it was a sample and too long for one.
func (b *batch) noteSample(key, record []byte) error {
	var was []byte
	if err := b.w.reader.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(exchangesBucket).Get(key)
		if len(value) > 0 && value[0] == asJSON { // of format 1, which had no dictionaries
			return nil
		}
		old, err := b.w.reader.unpack.ofRecord(tx, nil, value)
		if err == nil && len(old) > maxSampleBytes {
			was = bytes.Clone(old[:maxSampleBytes])
		}
		return err
	}); err != nil || was == nil {
		return err
	}
	now := make([]byte, maxSampleBytes) // with zeros at its end if the record is shorter
	copy(now, record)
	for _, sample := range b.w.sampler.samples {
		if bytes.Equal(sample, was) {
			copy(sample, now)
		}
	}
	if b.texts == nil {
		b.texts = [][]byte{}
		if err := b.w.eachText(func(_ uint32, text []byte) { b.texts = append(b.texts, text) }); err != nil {
			return err
		}
	}
	for _, text := range b.texts {
		if bytes.Contains(text, was) {
			b.w.cut = append(b.w.cut, cutSample{was, now})
			break
		}
	}
	return nil
}

// putIn puts what the sample is to be in the place of what it was.
func (c cutSample) putIn(text []byte) (changed bool) {
	at := bytes.Index(text, c.was)
	if at < 0 {
		return false
	}
	copy(text[at:], c.now)
	return true
}

// eachText gives the texts of all dictionaries.
func (w *Writer) eachText(f func(number uint32, text []byte)) error {
	return w.reader.view(func(tx *bbolt.Tx) error {
		return eachDictionary(tx, func(number uint32, value []byte) error {
			text, err := w.reader.unpack.ofDictionary(value)
			if err == nil {
				f(number, text)
			}
			return err
		})
	})
}
