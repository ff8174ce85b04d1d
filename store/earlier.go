package store

import (
	"errors"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// earlier are the files before the current one, of a recording that has some. Of one that is looked at or
// changed there is a Writer, until Scrub.
type earlier struct {
	known     bool
	files     []*earlierFile // newest first
	unreached []string
}

type earlierFile struct {
	path  string
	after uint64  // its exchanges have higher ids, but for those that were in flight when it was begun
	w     *Writer // nil: not open
	lost  bool    // it cannot be opened, or failed
	owes  bool    // it has a note of what is owed
}

// Unreached are earlier files of the recording that could not be looked at or changed, and why. What a call of
// Exchanges, Amend and so on would have done there is missing.
func (w *Writer) Unreached() []string { return slices.Clone(w.earlier.unreached) }

func (w *Writer) unreached(what string) {
	if !slices.Contains(w.earlier.unreached, what) {
		w.earlier.unreached = append(w.earlier.unreached, what)
	}
}

func (w *Writer) lose(f *earlierFile, err error) {
	if f.lost {
		return
	}
	f.lost = true
	if f.w != nil {
		err = errors.Join(err, f.w.Close())
		f.w = nil
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	w.unreached(line) // it has the path
}

func (w *Writer) isOurs(f *earlierFile) (bool, error) {
	r, err := Open(f.path)
	if errors.Is(err, ErrForeign) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = r.view(func(tx *bbolt.Tx) error {
		f.after, f.owes = after(tx), readOwed(tx) != nil
		return nil
	})
	h := r.Header()
	ours := h.IsOne(&w.header)
	return ours && f.after < w.after, errors.Join(err, r.Close())
}

// reach opens the earlier files that may have exchanges with ids from first on: the one that was being
// written when that began, and those after it, to which it may have moved.
func (w *Writer) reach(first uint64) []*earlierFile {
	if first > w.after {
		return nil
	}
	w.findEarlier()
	var reached []*earlierFile
	for _, f := range w.earlier.files {
		if w.openEarlier(f) {
			reached = append(reached, f)
		}
		if f.after < first {
			break
		}
	}
	return reached
}

func (w *Writer) openEarlier(f *earlierFile) bool {
	if f.w != nil || f.lost {
		return f.w != nil
	}
	e, err := Append(f.path)
	if err != nil {
		w.lose(f, err)
		return false
	}
	e.groupBytes, e.earlier.known = w.groupBytes, true // it looks for none itself
	f.w = e
	w.oweIn(f)
	return f.w != nil
}

// fileOf is the earlier file that has an exchange, nil if the current one has it, or none.
func (w *Writer) fileOf(id uint64) *earlierFile {
	if id > w.after || w.live[id] != nil || w.reader.has(id) {
		return nil
	}
	for _, f := range w.reach(id) {
		if f.w.reader.has(id) {
			return f
		}
	}
	return nil
}

// elsewhere does something with the earlier file that has the exchange, if there is one. If that fails it is
// lost, and the recording goes on without.
func (w *Writer) elsewhere(id uint64, do func(*Writer) error) (done bool, err error) {
	f := w.fileOf(id)
	if f == nil {
		return false, nil
	}
	if err = do(f.w); f.w.err != nil {
		w.lose(f, f.w.err)
		err = nil
	}
	return true, err
}

// scrubEarlier scrubs the earlier files that were opened, and closes them.
func (w *Writer) scrubEarlier(edit func(text []byte) bool) {
	for _, f := range w.earlier.files {
		if f.w != nil {
			if err := f.w.Scrub(edit); err != nil {
				w.lose(f, err)
			}
		}
	}
	w.closeEarlier()
}

func (w *Writer) closeEarlier() {
	for _, f := range w.earlier.files {
		if f.w == nil {
			continue
		}
		err := f.w.Close()
		f.w = nil
		if err != nil {
			w.lose(f, err)
		}
	}
}

func (r *Reader) has(id uint64) (there bool) {
	return r.view(func(tx *bbolt.Tx) error {
		there = lookUp(tx, id) != nil
		return nil
	}) == nil && there
}
