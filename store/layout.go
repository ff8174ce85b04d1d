package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"runnertape"
)

// The file, format 1. Integers are big-endian, so that bbolt's key order is
// order of request start.
//
//	bucket      key                                   value
//	recording   "header"                              JSON of runnertape.Recording; its "format" is the version of this table
//	exchanges   id uint64                             JSON of runnertape.Exchange, times UTC with nanoseconds
//	bodies      id uint64, side uint8, index uint32   encoding uint8 (0: as it is), then 1 to 65,536 content bytes
//
// Only the last chunk of a body is shorter than 65,536 bytes; indexes begin at 0
// without gaps. The exchange's Body has the length and the SHA-256 of the
// chunks together. An exchange is first written in flight, without digests, and
// then again under the same key when it has ended. Sizes of chunk and group are
// measured: larger chunks are slower, because a leaf holds up to four of them
// and each commit writes the last leaf again.
const (
	// Format is the version of the file format this package writes.
	Format = 1
	// ChunkBytes is the content of a full body chunk.
	ChunkBytes = 64 << 10
	// GroupBytes is the pending data that makes the Writer commit by itself.
	GroupBytes = 4 << 20
)

var (
	recordingBucket = []byte("recording")
	exchangesBucket = []byte("exchanges")
	bodiesBucket    = []byte("bodies")
	headerKey       = []byte("header")
)

const (
	bodyKeyBytes = 8 + 1 + 4
	asItIs       = 0 // chunk encoding: content bytes unchanged
)

func exchangeKey(id uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, id)
}

func bodyPrefix(id uint64, side runnertape.Side) []byte {
	return append(exchangeKey(id), byte(side))
}

func bodyKey(id uint64, side runnertape.Side, index uint32) []byte {
	return binary.BigEndian.AppendUint32(bodyPrefix(id, side), index)
}

func parseBodyKey(k []byte) (id uint64, side runnertape.Side, index uint32, ok bool) {
	if len(k) != bodyKeyBytes {
		return 0, 0, 0, false
	}
	return binary.BigEndian.Uint64(k), runnertape.Side(k[8]), binary.BigEndian.Uint32(k[9:]), true
}

// openDB opens path with the options lab measurements chose: a hash-map
// freelist that is not written at each commit, and, for writers, a mapping that
// need not grow (growing waits for readers).
func openDB(path string, readOnly bool) (*bbolt.DB, error) {
	o := &bbolt.Options{
		Timeout:        lockTimeout,
		ReadOnly:       readOnly,
		FreelistType:   bbolt.FreelistMapType,
		NoFreelistSync: true,
		NoStatistics:   true,
	}
	if !readOnly && ^uint(0)>>32 != 0 {
		o.InitialMmapSize = 64 << 30 // address space only
	}
	return bbolt.Open(path, 0o600, o)
}

// lockTimeout is how long opening waits for another process to let go.
const lockTimeout = 200 * time.Millisecond

func readHeader(tx *bbolt.Tx) (runnertape.Recording, error) {
	var h runnertape.Recording
	b := tx.Bucket(recordingBucket)
	if b == nil || b.Get(headerKey) == nil {
		return h, ErrForeign
	}
	if err := json.Unmarshal(b.Get(headerKey), &h); err != nil {
		return h, fmt.Errorf("%w: its header is unreadable: %v", ErrDamaged, err)
	}
	if h.Format > Format {
		return h, fmt.Errorf("%w: it has format %d, this program reads up to %d", ErrNewer, h.Format, Format)
	}
	if h.Format < 1 {
		return h, fmt.Errorf("%w: its header says format %d", ErrDamaged, h.Format)
	}
	if tx.Bucket(exchangesBucket) == nil || tx.Bucket(bodiesBucket) == nil {
		return h, fmt.Errorf("%w: a bucket is missing", ErrDamaged)
	}
	return h, nil
}

func keyID(key []byte) uint64 { return binary.BigEndian.Uint64(key) }
