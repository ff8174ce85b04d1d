package store

import (
	"errors"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Writer adds to a recording. It is not safe for concurrent use: one goroutine
// owns it. After a failed commit every method returns that error. A large group is
// committed by a goroutine of the Writer's, while the next is gathered: the error may
// come some calls later, from Commit at the latest. Another one hashes and compresses what is gathered.
type Writer struct {
	path       string
	db         *bbolt.DB
	header     runnertape.Recording
	lastID     uint64
	live       map[uint64]*live // exchanges in flight
	group      *group           // is being filled
	groupBytes int              // from which it is written
	writing    *group           // is being written, or empty
	outcome    chan error       // of writing; nil if nothing is being written
	spare      spare
	packing    *packing // of chunks of group
	compressor *compressor
	sampler    *sampler
	file       openFile
	commits    commits
	reader     *Reader
	retention  *retention // nil: nothing leaves the recording
	rotation   *rotation  // nil: it has one file

	fresh     bool // something was put or written that was not handed over yet
	compacted bool // chunks may refer to others
	changes   changes
	cut       []cutSample
	after     uint64 // the highest id in earlier files; 0 if there are none
	earlier   earlier
	mark      mark
	wipedEnd  bool   // nothing is behind the last page
	owed      []byte // the note of Owe
	owedKept  []byte // the one that the file has

	err error // first failure, sticky
}

// Append opens an existing recording to add to it. One of an older format becomes
// one of this format.
func Append(path string) (*Writer, error) {
	r, err := Open(path) // says what is wrong with it, and that nobody else writes it
	if err != nil {
		return nil, err
	}
	if err := errors.Join(checkPages(path), r.Close()); err != nil {
		return nil, openError(path, err)
	}
	db, err := openDB(path, false)
	if err != nil {
		return nil, openError(path, err)
	}
	var w *Writer
	err = guard(func() (err error) {
		h := r.Header()
		if h.Format < Format {
			h.Format = Format
			if err := db.Update(func(tx *bbolt.Tx) error { return writeHeader(tx, h) }); err != nil {
				return err
			}
		}
		if w, err = newWriter(path, db, h); err != nil {
			return err
		}
		if err = db.View(w.goOn); err == nil {
			err = w.completeToc()
		}
		if err != nil || w.mark.state == scrubbed {
			return err
		}
		return w.repair()
	})
	if err != nil {
		return nil, openError(path, errors.Join(err, db.Close()))
	}
	return w, nil
}

func newWriter(path string, db *bbolt.DB, h runnertape.Recording) (*Writer, error) {
	w := &Writer{path: path, db: db, header: h, live: map[uint64]*live{}, sampler: newSampler()}
	w.group, w.writing, w.groupBytes, w.packing = new(group), new(group), GroupBytes, newPacking()
	var err error
	if w.compressor, err = newCompressor(); err != nil {
		return nil, err
	}
	unpack, err := newDecompressor()
	if err != nil {
		return nil, err
	}
	db.AllocSize = allocBytes
	w.reader = &Reader{path: path, db: db, header: h, unpack: unpack, borrowed: true}
	return w, w.file.look(path)
}

// goOn takes up where the file ends.
func (w *Writer) goOn(tx *bbolt.Tx) error {
	w.lastID = lastID(tx)
	w.after = after(tx)
	w.compacted = tx.Bucket(recordingBucket).Get(compactedKey) != nil
	w.mark = readMark(tx)
	w.owed = readOwed(tx)
	w.owedKept = w.owed
	var newest []byte
	err := eachDictionary(tx, func(number uint32, value []byte) (err error) {
		w.sampler.number = number
		newest, err = w.reader.unpack.ofDictionary(value)
		return err
	})
	if err != nil || newest == nil {
		return err
	}
	return w.compressor.use(w.sampler.number, newest)
}

// Header is the recording's header.
func (w *Writer) Header() runnertape.Recording { return w.header }

// LastID is the highest exchange id in the recording, 0 if it has none.
func (w *Writer) LastID() uint64 { return w.lastID }

// Put keeps x as it is now: once when it begins, and again when it has ended. x
// is the Writer's from then on; what it says of its bodies' stored size and
// digest is filled in from the bytes that were written, by the next Commit at the latest.
func (w *Writer) Put(x *runnertape.Exchange) error {
	if err := w.failed(); err != nil {
		return err
	}
	l := w.liveExchange(x.ID)
	if x.State == runnertape.Done {
		if err := w.sumAnew(l); err != nil {
			return err
		}
	}
	w.fresh = true
	l.x = x
	w.lastID = max(w.lastID, x.ID)
	if x.State == runnertape.Done {
		delete(w.live, x.ID)
		w.finishBody(l, runnertape.RequestSide, &x.Request.Body)
		if x.Response != nil {
			w.finishBody(l, runnertape.ResponseSide, &x.Response.Body)
		}
	}
	w.group.putExchange(l)
	return w.writeIfLarge()
}

// Write appends p to one of the bodies of exchange id. p is not retained.
func (w *Writer) Write(id uint64, side runnertape.Side, p []byte) error {
	if err := w.failed(); err != nil {
		return err
	}
	w.fresh = true
	l := w.liveExchange(id)
	l.body(side).add(p, &w.spare, func(full []byte) { w.putChunk(l, side, full) })
	return w.writeIfLarge()
}

// Close commits and closes the file, and gives back the room bbolt took ahead.
// Of bodies still in flight it keeps what Commit does.
func (w *Writer) Close() error {
	err := w.Commit()
	w.closeEarlier()
	w.commits.end()
	if err := errors.Join(err, w.reader.closeDB()); err != nil {
		return err
	}
	return trim(w.path)
}

func (w *Writer) writeIfLarge() error {
	if w.group.bytes+w.packing.atMost() < w.groupBytes {
		return nil
	}
	if w.group.bytes += w.packing.wait(); w.group.bytes < w.groupBytes {
		return nil
	}
	return w.handOver()
}

func (w *Writer) liveExchange(id uint64) *live {
	l := w.live[id]
	if l == nil {
		l = &live{id: id}
		w.live[id] = l
	}
	return l
}

func (w *Writer) finishBody(l *live, side runnertape.Side, b *runnertape.Body) {
	body := l.body(side)
	body.done = true
	b.Stored = body.size
	if body.sum == nil {
		return
	}
	if body.part != nil {
		w.putChunk(l, side, body.part)
		body.part = nil
	}
}
