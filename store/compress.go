package store

import (
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// maxRecordBytes bounds what is compressed as one value, and so what reading
// one can be made to allocate. Larger records, which only headers far beyond
// what servers take can make, are kept as they are.
const maxRecordBytes = 4 << 20

// compressor makes values of records and chunks.
type compressor struct {
	plain  *zstd.Encoder
	record *zstd.Encoder // with the newest dictionary of the recording, if it has one
	quick  *zstd.Encoder // the same without entropy coding; nil if there is no dictionary
}

func newCompressor() (*compressor, error) {
	plain, err := newEncoder()
	return &compressor{plain: plain, record: plain}, err
}

// use takes a dictionary for the records to come.
func (c *compressor) use(number uint32, dictionary []byte) (err error) {
	raw := zstd.WithEncoderDictRaw(number, dictionary)
	if c.record, err = newEncoder(raw); err != nil {
		return err
	}
	c.quick, err = newEncoder(raw, zstd.WithNoEntropyCompression(true))
	return err
}

// appendRecord appends the value of a record to b. What a dictionary leaves of a
// poll are ids and times, which entropy coding makes no smaller, but it would
// take half of the time.
func (c *compressor) appendRecord(b, record []byte, underLoad bool) []byte {
	if c.quick != nil {
		value := appendValue(b, record, c.quick)
		if underLoad || len(value)-len(b) <= len(record)/8 {
			return value
		}
	}
	return appendValue(b, record, c.record)
}

func newEncoder(o ...zstd.EOption) (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, append(o,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true), zstd.WithLowerEncoderMem(true))...)
}

func appendValue(b, content []byte, e *zstd.Encoder) []byte {
	if len(content) > maxRecordBytes {
		return append(append(b, asItIs), content...)
	}
	return e.EncodeAll(content, append(b, asZstd))
}

// zstdBytes is how much of a group's chunks is compressed as zstd, which makes
// trace a third smaller than S2 does in three to four times the time. A group that has more gathered
// under load, and the traffic needs the processor.
const zstdBytes = 64 << 10

// appendChunk appends the value of a chunk to b.
func (c *compressor) appendChunk(b, content []byte, underLoad bool) []byte {
	if !underLoad {
		return appendValue(b, content, c.plain)
	}
	b = slices.Grow(append(b, asS2), s2.MaxEncodedLen(len(content)))
	return b[:len(b)+len(s2.Encode(b[len(b):cap(b)], content))]
}

// pays tells whether compressing n bytes to so many is worth unpacking them.
// Archives and packs shrink by a few percent at most.
func pays(n, compressed int) bool { return compressed <= n-n/16 }
