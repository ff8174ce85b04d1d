package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"runnertape"
)

// The file, format 2. Integers in keys are big-endian, so that bbolt's key order
// is order of request start.
//
//	bucket        key                                   value
//	recording     "header"                              JSON of runnertape.Recording; its "format" is the version of this table
//	recording     "compacted"                           if it is there, chunks may refer to others
//	recording     "after"                               id uint64: the last of the files before, if there are some
//	recording     "unscrubbed"                          see mark.go: what was kept is being changed, or was; then perhaps the id and side of a body without a right digest
//	recording     "owed"                                what is still to be looked for in it and changed, see owed.go; a note of the recorder's
//	exchanges     id uint64                             encoding uint8, then a record: an exchange that has ended
//	in_flight     id uint64                             the same, of an exchange that has not
//	bodies        id uint64, side uint8, index uint32   encoding uint8, then 1 to 65,536 content bytes
//	dictionaries  number uint32, from 1                 encoding uint8, then the dictionary
//	toc           id uint64, a multiple of 512          the entries of up to 512 exchanges from that id on that have ended: see toc.go
//	jobs          job int64, id uint64                  nothing; made anew by each Writer that has a Limit, and of use to it alone
//
//	encoding  what follows
//	0         bytes as they are
//	1         a zstd frame with checksum; the frame names the dictionary it needs, by number, if it needs one
//	2         the key of another chunk, not in this encoding, that has the same content
//	3         an S2 block: only chunks, of which there were many at once
//	'{'       the rest of a JSON object: an exchange as format 1 had it
//
// A record is the fields of runnertape.Exchange in the order of append.go:
// numbers as varints, times as nanoseconds since 1970 and since the start,
// strings and lists with their length before them. Fields are added at the end,
// where programs from before do not look: the request body's CRC-32 was, and the digests of opaque bodies that
// were dropped, which those programs take for empty ones. Bodies up to [InlineBytes] are part of the record; what the
// exchange says of their digest is computed when they are read, since the frame
// has a checksum. Larger ones are in chunks, of which only the last is shorter
// than 65,472 bytes; indexes begin at 0 without gaps, and the record has the
// SHA-256 of the chunks together.
//
// A dictionary is some records of the same recording, plain. Polls differ in
// little more than their times and ids: with a poll of its own recording as
// dictionary one takes 140 bytes, with a dictionary of other recordings 730,
// without 1,220.
//
// An exchange in flight has a bucket of its own, from which it moves when it
// ends: ids end in another order than they begin in, and what is in flight is
// written twice, so that between those that ended there would be holes.
//
// The table of contents (toc) came later. Programs from before write exchanges without it: their ids
// are higher than those of its last entry, and such exchanges are read when the entries are asked for, or are taken
// in when the recording goes on.
//
// Format 1 had the buckets recording, exchanges (in flight ones too) and bodies,
// exchanges as JSON, and chunks in encoding 0. Adding to such a file makes it
// one of format 2; what it has stays as it is.
//
// Sizes of chunk and group are measured: larger chunks are slower, because a leaf
// holds up to four of them and each commit writes the last leaf again.
const (
	// Format is the version of the file format this package writes.
	Format = 2
	// ChunkBytes is the content of a full body chunk. With its key and what bbolt writes
	// before it, it fits into 64 KiB of pages; one more page each would be 6 % of the file.
	ChunkBytes = 64<<10 - 64
	// InlineBytes is the largest body that is kept with its exchange.
	InlineBytes = 4 << 10
	// GroupBytes is the pending data that makes the Writer commit by itself.
	GroupBytes = 4 << 20
)

var (
	recordingBucket    = []byte("recording")
	exchangesBucket    = []byte("exchanges")
	inFlightBucket     = []byte("in_flight")
	bodiesBucket       = []byte("bodies")
	dictionariesBucket = []byte("dictionaries")
	jobsBucket         = []byte("jobs") // only if the recording is bounded
	tocBucket          = []byte("toc")  // optional: programs that do not know it leave it as it is
	headerKey          = []byte("header")
	compactedKey       = []byte("compacted")
	afterKey           = []byte("after")
	unscrubbedKey      = []byte("unscrubbed")
	owedKey            = []byte("owed")

	buckets = [][]byte{recordingBucket, exchangesBucket, inFlightBucket, bodiesBucket, dictionariesBucket}
)

// maxChunkBytes is the content of the largest chunk that a file has: those of format 1,
// and the first ones of format 2, have 64 KiB.
const maxChunkBytes = 64 << 10

const (
	bodyKeyBytes = 8 + 1 + 4
	asItIs       = 0
	asZstd       = 1
	asReference  = 2
	asS2         = 3
	asJSON       = '{'
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
		NoStatistics:   readOnly, // a Limit needs the number of free pages
	}
	if !readOnly && ^uint(0)>>32 != 0 {
		mapped := int64(64 << 30) // address space only
		o.InitialMmapSize = int(mapped)
	}
	db, err := bbolt.Open(path, 0o600, o)
	if err == nil {
		db.AllocSize = 1 << 20 // a recording may stay small, or be bounded
	}
	return db, err
}

// allocBytes is by how much a file grows at a time, once it does: each time is a
// sync more.
const allocBytes = 16 << 20

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
	for _, name := range buckets {
		since2 := string(name) == string(inFlightBucket) || string(name) == string(dictionariesBucket)
		if tx.Bucket(name) == nil && (h.Format >= 2 || !since2) {
			return h, fmt.Errorf("%w: the bucket %s is missing", ErrDamaged, name)
		}
	}
	return h, nil
}

// writeHeader makes the file one of this format: new, or of an older one.
func writeHeader(tx *bbolt.Tx, h runnertape.Recording) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	if _, err := tx.CreateBucketIfNotExists(tocBucket); err != nil {
		return err
	}
	value, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return tx.Bucket(recordingBucket).Put(headerKey, value)
}

func keyID(key []byte) uint64 { return binary.BigEndian.Uint64(key) }
