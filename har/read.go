package har

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
)

// MaxEntry bounds one entry, with its bodies as they are in the text, in bytes.
const MaxEntry = 128 << 20

var (
	// ErrFormat says that a file is no HAR.
	ErrFormat = errors.New("it is no HAR")
	// ErrTooLarge says that an entry is larger than [MaxEntry].
	ErrTooLarge = fmt.Errorf("an entry is larger than %d MiB", MaxEntry>>20)
)

// File is a HAR that can be read.
type File struct {
	Creator Creator // what wrote it, as far as it says
	r       io.ReaderAt
	entries []place // in order of their time
}

// place is where an entry stands.
type place struct {
	number   int // in the file, from 1
	from, to int64
	began    time.Time // zero if it does not say
}

// Open looks at a HAR of size bytes: where its entries stand, and whether it is whole. Of each entry it keeps some bytes.
func Open(r io.ReaderAt, size int64) (*File, error) { return open(r, size, MaxEntry) }

func open(r io.ReaderAt, size, maxEntry int64) (*File, error) {
	bom := make([]byte, 3)
	n, _ := r.ReadAt(bom, 0) // what cannot be read is noticed below
	skip := int64(0)
	if bytes.Equal(bom[:n], []byte("\xef\xbb\xbf")) {
		skip = 3
	}
	f := &File{r: io.NewSectionReader(r, skip, size-skip)}
	b := &bounded{r: io.NewSectionReader(f.r, 0, size-skip), left: maxEntry}
	s := scanner{json.NewDecoder(b), b, maxEntry, f}
	if err := s.scan(); err != nil {
		syntax := (*json.SyntaxError)(nil)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			err = fmt.Errorf("%w, or not all of one: it ends in the middle", ErrFormat)
		case errors.As(err, &syntax):
			err = fmt.Errorf("%w: %w, at byte %d", ErrFormat, err, syntax.Offset)
		}
		return nil, err
	}
	slices.SortStableFunc(f.entries, func(a, b place) int { return a.began.Compare(b.began) })
	return f, nil
}

// Exchanges gives the entries in order of their time. What cannot be read of one is an [EntryError]; the others go on.
func (f *File) Exchanges() iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		for _, p := range f.entries {
			x, err := f.read(p)
			if err != nil {
				err = &EntryError{p.number, err}
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// EntryError says why an entry cannot be read.
type EntryError struct {
	Number int   // of the entry in its file, from 1
	Reason error // what is wrong with it
}

// Error implements error.
func (e *EntryError) Error() string { return fmt.Sprintf("entry %d: %v", e.Number, e.Reason) }

// Unwrap gives the reason.
func (e *EntryError) Unwrap() error { return e.Reason }

func (f *File) read(p place) (*Exchange, error) {
	text := make([]byte, p.to-p.from)
	if _, err := f.r.ReadAt(text, p.from); err != nil {
		return nil, err
	}
	var e Entry
	if err := json.Unmarshal(bytes.TrimLeft(text, ", \t\r\n"), &e); err != nil {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			err = fmt.Errorf("its %s is a %s", cmp.Or(wrong.Field, "content"), wrong.Value)
		}
		return nil, err
	}
	return e.exchange(p.began)
}
