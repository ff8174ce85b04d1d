package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Writer adds to a recording. It is not safe for concurrent use: one goroutine
// owns it. After a failed commit every method returns that error.
type Writer struct {
	path   string
	db     *bbolt.DB
	header runnertape.Recording
	lastID uint64
	bodies map[bodyID]*growingBody // of exchanges in flight
	group  group
	err    error // first failure, sticky
}

// Create begins a new recording at path, with mode 0600. It fails with
// [ErrExists] rather than touch a file that is there. Format is set by the Writer.
func Create(path string, h runnertape.Recording) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create recording %s: %w", path, ErrExists)
	}
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	f.Close() // bbolt opens it by name; O_EXCL has made it ours

	h.Format = Format
	w, err := begin(path, h)
	if err != nil {
		return nil, errors.Join(err, os.Remove(path)) // a recording is whole or not there
	}
	return w, nil
}

func begin(path string, h runnertape.Recording) (*Writer, error) {
	db, err := openDB(path, false)
	if err != nil {
		return nil, openError(path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{recordingBucket, exchangesBucket, bodiesBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		value, err := json.Marshal(h)
		if err != nil {
			return err
		}
		return tx.Bucket(recordingBucket).Put(headerKey, value)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create recording %s: %w", path, err), db.Close())
	}
	return newWriter(path, db, h, 0), nil
}

// Append opens an existing recording to add to it.
func Append(path string) (*Writer, error) {
	r, err := Open(path) // says what is wrong with it, and that nobody else writes it
	if err != nil {
		return nil, err
	}
	if err := errors.Join(checkPages(path), r.Close()); err != nil {
		return nil, openError(path, err)
	}
	var (
		db   *bbolt.DB
		h    runnertape.Recording
		last uint64
	)
	err = guard(func() (err error) {
		if db, err = openDB(path, false); err != nil {
			return err
		}
		return db.View(func(tx *bbolt.Tx) error {
			if h, err = readHeader(tx); err != nil {
				return err
			}
			if k, _ := tx.Bucket(exchangesBucket).Cursor().Last(); k != nil {
				last = binary.BigEndian.Uint64(k)
			}
			return nil
		})
	})
	if err != nil {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
		return nil, openError(path, err)
	}
	return newWriter(path, db, h, last), nil
}

func newWriter(path string, db *bbolt.DB, h runnertape.Recording, last uint64) *Writer {
	return &Writer{path: path, db: db, header: h, lastID: last, bodies: map[bodyID]*growingBody{}, group: newGroup()}
}

// Header is the recording's header.
func (w *Writer) Header() runnertape.Recording { return w.header }

// LastID is the highest exchange id in the recording, 0 if it has none.
func (w *Writer) LastID() uint64 { return w.lastID }

// Put keeps x as it is now: once when it begins, and again when it has ended. x
// is not retained or changed; what it says of its bodies' stored size and digest
// is filled in from the bytes that were written.
func (w *Writer) Put(x *runnertape.Exchange) error {
	if w.err != nil {
		return w.err
	}
	kept := *x
	if x.State == runnertape.Done {
		w.finishBody(x.ID, runnertape.RequestSide, &kept.Request.Body)
		if x.Response != nil {
			response := *x.Response
			kept.Response = &response
			w.finishBody(x.ID, runnertape.ResponseSide, &response.Body)
		}
	}
	value, err := json.Marshal(&kept)
	if err != nil {
		return w.fail(fmt.Errorf("encode exchange %d: %w", x.ID, err))
	}
	w.lastID = max(w.lastID, x.ID)
	w.group.putExchange(x.ID, value)
	return w.commitIfLarge()
}

// Write appends p to one of the bodies of exchange id. p is not retained.
func (w *Writer) Write(id uint64, side runnertape.Side, p []byte) error {
	if w.err != nil {
		return w.err
	}
	key := bodyID{id, side}
	body := w.bodies[key]
	if body == nil {
		body = newGrowingBody()
		w.bodies[key] = body
	}
	for _, chunk := range body.add(p) {
		w.group.putChunk(bodyKey(id, side, chunk.index), chunk.value)
	}
	return w.commitIfLarge()
}

// Commit makes everything put and written so far durable, but for the last,
// not yet full chunk of bodies still in flight.
func (w *Writer) Commit() error {
	if w.err != nil {
		return w.err
	}
	if w.group.empty() {
		return nil
	}
	if err := w.db.Update(w.group.write); err != nil {
		return w.fail(fmt.Errorf("write recording %s: %w", w.path, err))
	}
	w.group.reset()
	return nil
}

// Close commits and closes the file, and gives back the room bbolt took ahead.
// Bodies still in flight keep their full chunks only.
func (w *Writer) Close() error {
	err := w.Commit()
	if w.err != nil {
		err = w.err
	}
	if err := errors.Join(err, w.db.Close()); err != nil {
		return err
	}
	return trim(w.path)
}

func (w *Writer) fail(err error) error {
	w.err = err
	return err
}

func (w *Writer) commitIfLarge() error {
	if w.group.bytes < GroupBytes {
		return nil
	}
	return w.Commit()
}

func (w *Writer) finishBody(id uint64, side runnertape.Side, b *runnertape.Body) {
	key := bodyID{id, side}
	body := w.bodies[key]
	if body == nil {
		body = newGrowingBody() // nothing was written: length 0 and its digest
	}
	delete(w.bodies, key)
	if chunk, ok := body.last(); ok {
		w.group.putChunk(bodyKey(id, side, chunk.index), chunk.value)
	}
	b.Stored, b.SHA256 = body.size, body.digest()
}
