package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
)

// decompressor unpacks values of one recording. It is safe for concurrent use.
type decompressor struct {
	chunk *zstd.Decoder

	mu     sync.RWMutex
	record *zstd.Decoder // with the dictionaries read so far
}

func newDecompressor() (*decompressor, error) {
	chunk, err := newDecoder(maxChunkBytes)
	if err != nil {
		return nil, err
	}
	record, err := newDecoder(maxRecordBytes)
	if err != nil {
		return nil, err
	}
	return &decompressor{chunk: chunk, record: record}, nil
}

func newDecoder(maxBytes uint64, o ...zstd.DOption) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, append(o, zstd.WithDecoderMaxMemory(maxBytes), zstd.WithDecoderLowmem(true))...)
}

// ofChunk appends the content of a chunk value to b.
func (d *decompressor) ofChunk(tx *bbolt.Tx, b, value []byte) ([]byte, error) {
	had := len(b)
	var err error
	if encoding, key := cutEncoding(value); encoding == asReference {
		if value = tx.Bucket(bodiesBucket).Get(key); value == nil {
			return nil, fmt.Errorf("%w: a chunk refers to %x, which is not there", ErrDamaged, key)
		}
	}
	switch encoding, rest := cutEncoding(value); encoding {
	case asItIs:
		b = append(b, rest...)
	case asZstd:
		if b, err = d.chunk.DecodeAll(rest, b); err != nil {
			return nil, fmt.Errorf("%w: a chunk of %d bytes: %v", ErrDamaged, len(value), err)
		}
	case asS2:
		if n, err := s2.DecodedLen(rest); err != nil || n > maxChunkBytes {
			return nil, fmt.Errorf("%w: a chunk of %d bytes", ErrDamaged, n)
		}
		content, err := s2.Decode(nil, rest)
		if err != nil {
			return nil, fmt.Errorf("%w: a chunk of %d bytes: %v", ErrDamaged, len(value), err)
		}
		b = append(b, content...)
	default:
		return nil, fmt.Errorf("%w: a chunk in encoding %d", ErrDamaged, encoding)
	}
	if n := len(b) - had; n == 0 || n > maxChunkBytes {
		return nil, fmt.Errorf("%w: a chunk of %d bytes", ErrDamaged, n)
	}
	return b, nil
}

// ofRecord is the record in a value. It shares memory with the value if that is
// plain, and with b if that has room.
func (d *decompressor) ofRecord(tx *bbolt.Tx, b, value []byte) ([]byte, error) {
	switch encoding, rest := cutEncoding(value); encoding {
	case asItIs:
		return rest, nil
	case asZstd:
		d.mu.RLock()
		record := d.record
		d.mu.RUnlock()
		content, err := record.DecodeAll(rest, b[:0])
		if errors.Is(err, zstd.ErrUnknownDictionary) {
			if record, err = d.readDictionaries(tx); err != nil {
				return nil, err
			}
			content, err = record.DecodeAll(rest, b[:0])
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		return content, nil
	default:
		return nil, fmt.Errorf("%w: encoding %d", ErrDamaged, encoding)
	}
}

// readDictionaries takes all dictionaries that there are now: a Writer may have
// added some.
func (d *decompressor) readDictionaries(tx *bbolt.Tx) (*zstd.Decoder, error) {
	var o []zstd.DOption
	err := eachDictionary(tx, func(number uint32, value []byte) error {
		content, err := d.ofDictionary(value)
		o = append(o, zstd.WithDecoderDictRaw(number, content))
		return err
	})
	if err != nil {
		return nil, err
	}
	record, err := newDecoder(maxRecordBytes, o...)
	if err != nil {
		return nil, fmt.Errorf("%w: dictionaries: %v", ErrDamaged, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record = record
	return record, nil
}

func (d *decompressor) ofDictionary(value []byte) ([]byte, error) {
	if encoding, _ := cutEncoding(value); encoding == asReference {
		return nil, fmt.Errorf("%w: a dictionary in encoding %d", ErrDamaged, encoding)
	}
	content, err := d.ofChunk(nil, nil, value)
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	return content, nil
}

func eachDictionary(tx *bbolt.Tx, f func(number uint32, value []byte) error) error {
	b := tx.Bucket(dictionariesBucket)
	if b == nil {
		return nil
	}
	count := 0
	return b.ForEach(func(key, value []byte) error {
		if count++; len(key) != 4 || count > maxDictionaries {
			return fmt.Errorf("%w: dictionary %x", ErrDamaged, key)
		}
		return f(binary.BigEndian.Uint32(key), value)
	})
}

func cutEncoding(value []byte) (byte, []byte) {
	if len(value) == 0 {
		return 0, nil
	}
	return value[0], value[1:]
}
