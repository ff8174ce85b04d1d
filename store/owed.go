package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// Owe keeps in the recording a note of what is still to be looked for and changed in it, for whoever goes on with it after
// a kill: [Writer.Owed] and [Reader.Owed] give it, and Check tells of it. It is on disk before anything is changed, and
// after the next Commit or Scrub; nil takes it away, after a Scrub that is due. It is in all files of the recording
// that are looked at.
func (w *Writer) Owe(note []byte) {
	w.owed = bytes.Clone(note)
	for _, f := range w.earlier.files {
		if f.w != nil {
			w.oweIn(f)
		}
	}
}

// Owed is the note that was given to Owe last, also by a recorder before; nil if there is none.
func (w *Writer) Owed() []byte { return bytes.Clone(w.owed) }

// Owed is the note that the last recorder left of what it had not looked for or changed everywhere, nil if
// there is none.
func (r *Reader) Owed() (note []byte, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		note = readOwed(tx)
		return nil
	})
	return note, err
}

// Unfinished says what a recorder that was killed had not done with secrets that had shown themselves late, "" if there is nothing.
func (r *Reader) Unfinished() (problem string, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		m := readMark(tx)
		m.owes = readOwed(tx) != nil
		problem = m.problem()
		return nil
	})
	return problem, err
}

func readOwed(tx *bbolt.Tx) []byte {
	return bytes.Clone(tx.Bucket(recordingBucket).Get(owedKey))
}

func putOwed(tx *bbolt.Tx, note []byte) error {
	if note == nil {
		return tx.Bucket(recordingBucket).Delete(owedKey)
	}
	return tx.Bucket(recordingBucket).Put(owedKey, note)
}

// owesOther tells whether the file is to get another note than it has. It keeps the one it has until what was changed is scrubbed.
func (w *Writer) owesOther(state byte) bool {
	if w.owed == nil && (state == changing || state == changed) {
		return false
	}
	return !bytes.Equal(w.owed, w.owedKept)
}

// keepOwed writes the note by itself, if the file has another.
func (w *Writer) keepOwed() error {
	if err := w.settle(); err != nil {
		return err
	}
	return w.setMark(w.mark)
}

// oweIn gives an earlier file that is open the note. If that fails the file is lost.
func (w *Writer) oweIn(f *earlierFile) {
	f.w.Owe(w.owed)
	if w.owed == nil {
		return // its Scrub or Close takes it away
	}
	if w.keepOwed() != nil { // first here, where who goes on looks for it
		return // the error stays
	}
	f.owes = true
	if err := f.w.keepOwed(); err != nil {
		w.lose(f, err)
	}
}

// unoweEarlier takes the note away from earlier files, of which nothing is owed any more.
func (w *Writer) unoweEarlier() {
	for _, f := range w.earlier.files {
		if !f.owes || !w.openEarlier(f) {
			continue
		}
		if err := f.w.Close(); err != nil {
			w.lose(f, err)
		}
		f.w, f.owes = nil, false
	}
}

// owing is what Check says of a recording with a note.
const owing = "its recorder was killed or broken off before secrets that had shown themselves late were replaced everywhere: exchanges may still have them; " +
	"`proxy record --append` goes on with that, and `proxy redact` makes a recording without them"
