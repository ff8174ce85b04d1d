package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"

	"go.etcd.io/bbolt"

	"runnertape"
)

// mark says in the recording what became of changes to what was kept before.
type mark struct {
	state byte
	midst []byte // prefix of the keys of a body whose digest is not right
	owes  bool   // there is a note of what is owed: for Check alone
}

// The states. None of them is in a recording of which nothing was changed, or all that was is scrubbed.
const (
	scrubbed    = 0
	changing    = 'c' // some of the changes are made
	changed     = 'u' // all are made, but what was there before may still be in unused pages
	interrupted = 'i' // a recorder was killed while changing, and left no note: nobody knows what was left to change
)

func readMark(tx *bbolt.Tx) mark {
	value := tx.Bucket(recordingBucket).Get(unscrubbedKey)
	if len(value) == 0 {
		return mark{}
	}
	return mark{state: value[0], midst: bytes.Clone(value[1:])}
}

func (m mark) put(tx *bbolt.Tx) error {
	if m.state == scrubbed {
		return tx.Bucket(recordingBucket).Delete(unscrubbedKey)
	}
	return tx.Bucket(recordingBucket).Put(unscrubbedKey, append([]byte{m.state}, m.midst...))
}

// setMark writes a mark if it is another, and with it the note of what is owed.
func (w *Writer) setMark(m mark) error {
	owes := w.owesOther(m.state)
	if m.state == w.mark.state && len(m.midst) == len(w.mark.midst) && !owes {
		return nil
	}
	err := w.update(func(tx *bbolt.Tx) error {
		if err := m.put(tx); err != nil || !owes {
			return err
		}
		return putOwed(tx, w.owed)
	})
	if err != nil {
		return w.fail(err)
	}
	if w.mark = m; owes {
		w.owedKept = w.owed
	}
	return nil
}

// repair is done by who goes on with a recording whose last recorder was killed between changes and Scrub.
func (w *Writer) repair() error {
	m := w.mark
	if len(m.midst) > 0 {
		if err := w.makeDigest(m.midst); err != nil {
			return err
		}
	}
	if err := w.zeroUnused(); err != nil {
		return err
	}
	if m.state == changed || m.state == changing && w.owed != nil { // the note says what is left to change
		return w.setMark(mark{})
	}
	return w.setMark(mark{state: interrupted})
}

// makeDigest makes the digest of a body anew of which only some changes were written.
func (w *Writer) makeDigest(prefix []byte) error {
	id, side, _, ok := parseBodyKey(append(bytes.Clone(prefix), 0, 0, 0, 0))
	if !ok || side != runnertape.RequestSide && side != runnertape.ResponseSide {
		return fmt.Errorf("%w: its mark names the body %x", ErrDamaged, prefix)
	}
	k, err := w.stored(id)
	if err != nil {
		return err
	}
	b := bodiesOf(k.x)[side-runnertape.RequestSide]
	if b == nil {
		return fmt.Errorf("%w: exchange %d has no %s body", ErrDamaged, id, side)
	}
	r, err := w.reader.Body(id, side)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return err
	}
	sum.Sum(b.SHA256[:0])
	k.record = true
	return w.applyChanges()
}

// problem is what Check says of a mark.
func (m mark) problem() string {
	switch {
	case m.owes && m.state != interrupted:
		return owing
	case m.state == scrubbed:
		return ""
	case m.state == changed:
		return "a secret was replaced in it, and may still be in unused pages: the recorder was killed before it had wiped them; `proxy compact` does"
	default:
		return "the recorder was killed while it replaced a secret that had shown itself late: exchanges may still have it; `proxy redact` with --secret replaces it"
	}
}
