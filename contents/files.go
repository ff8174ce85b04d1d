package contents

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Bounds of [EachFile]: how deep it looks into archives in archives, and how much it unpacks, which is
// maxUnpacked and so many times the archive's size.
const (
	maxDepth  = 4
	maxGrowth = 64
)

// EachFile gives the files of an archive of size bytes to f, one after another and unpacked: those of a zip or a tar, or the
// one that gzip, zstd or bzip2 packed; also those of archives in it, but for zips. The name has those of the archives it is in
// before it, as in "build.tar.gz: env.txt"; it is empty if nobody says it. f need not read all of r, and its error ends it.
// What begins like no archive has no files.
//
// Faults say what was not unpacked. The error is one of reading, or f's.
func EachFile(open Open, size int64, f func(name string, r io.Reader) error) (faults []string, err error) {
	return eachFile(open, size, f, maxUnpacked+maxGrowth*size)
}

func eachFile(open Open, size int64, f func(name string, r io.Reader) error, room int64) (faults []string, err error) {
	w := &files{each: f, room: room}
	format, err := Sniff(open)
	switch {
	case err != nil:
		return nil, err
	case format == Zip:
		w.zip(open, size)
	default:
		w.packed(open, size)
	}
	return w.faults, w.err
}

// files is an archive whose files are given to somebody.
type files struct {
	each   func(name string, r io.Reader) error
	room   int64 // bytes that may still be unpacked
	faults faults
	wrong  int64 // files that could not be unpacked
	err    error // of reading the archive, or of each: then it is over
}

// packed reads an archive that is read from its beginning.
func (w *files) packed(open Open, size int64) {
	r, err := open(0)
	if err != nil {
		w.err = err
		return
	}
	defer r.Close()
	s := &source{r: io.LimitReader(r, size)}
	in := bufio.NewReaderSize(s, windowBytes)
	if unpack, _ := formatOf(in); unpack != nil {
		w.file("", in, 0)
	}
	if s.err != nil {
		w.err = s.err
	}
}

// formatOf tells how to unpack what in begins with, nil if it is no archive, and whether it is a zip.
func formatOf(in *bufio.Reader) (unpack func(w *files, name string, in io.Reader, depth int) error, isZip bool) {
	head, _ := in.Peek(512)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return (*files).gzip, false
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return (*files).zstd, false
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 10 && string(head[4:10]) == "1AY&SY":
		return (*files).bzip2, false
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return (*files).tar, false
	}
	return nil, bytes.HasPrefix(head, []byte("PK\x03\x04"))
}

// file gives a file to each, or those that are in it.
func (w *files) file(name string, in io.Reader, depth int) {
	if w.err != nil {
		return
	}
	b := bufio.NewReaderSize(in, 4<<10)
	unpack, isZip := formatOf(b)
	switch {
	case isZip:
		w.fault(name, "is a zip in an archive, and was not unpacked")
	case unpack != nil && depth == maxDepth:
		w.fault(name, "is too deep in other archives, and was not unpacked")
	case unpack == nil:
		w.err = w.each(name, b)
	default:
		if err := unpack(w, name, b, depth+1); err != nil && w.err == nil {
			w.fault(name, "cannot be unpacked: "+err.Error())
		}
	}
}

func (w *files) gzip(name string, in io.Reader, depth int) error {
	z, err := gzip.NewReader(in)
	if err != nil {
		return errors.New(gzipFault(err))
	}
	unpacked := w.capped(z)
	w.file(within(name, z.Name), unpacked, depth)
	return unpacked.fault()
}

func (w *files) zstd(name string, in io.Reader, depth int) error {
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return err
	}
	defer z.Close()
	unpacked := w.capped(z)
	w.file(name, unpacked, depth)
	return unpacked.fault()
}

func (w *files) bzip2(name string, in io.Reader, depth int) error {
	unpacked := w.capped(bzip2.NewReader(in))
	w.file(name, unpacked, depth)
	return unpacked.fault()
}

func (w *files) tar(name string, in io.Reader, depth int) error {
	t := tar.NewReader(in)
	for w.err == nil {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg {
			w.file(within(name, h.Name), t, depth)
		}
	}
	return nil
}

// within is the name of a file in an archive.
func within(archive, name string) string {
	if archive == "" || name == "" {
		return cut(archive + name)
	}
	return cut(archive + ": " + name)
}

func (w *files) fault(name, text string) {
	if w.wrong++; w.wrong > maxAlike {
		if w.wrong == maxAlike+1 {
			w.faults.add("and more")
		}
		return
	}
	if name == "" {
		w.faults.add("it %s", text)
		return
	}
	w.faults.add("%q %s", name, text)
}

// capped is r as far as there is room.
func (w *files) capped(r io.Reader) *unpacking { return &unpacking{files: w, r: r} }

// unpacking is a file as it is unpacked. It remembers what went wrong, as who reads it need not tell.
type unpacking struct {
	files *files
	r     io.Reader
	err   error // nil at the end
}

// Read implements io.Reader.
func (u *unpacking) Read(p []byte) (int, error) {
	if u.files.room <= 0 {
		u.err = errUnpacked
		return 0, errUnpacked
	}
	n, err := u.r.Read(p[:min(int64(len(p)), u.files.room)])
	u.files.room -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		u.err = err
	}
	return n, err
}

// fault is what went wrong, in our words.
func (u *unpacking) fault() error {
	switch {
	case errors.Is(u.err, errUnpacked):
		return errors.New("it unpacks to too much")
	case errors.Is(u.err, io.ErrUnexpectedEOF):
		return errors.New("it is cut off")
	}
	return u.err
}
