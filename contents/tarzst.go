package contents

import (
	"archive/tar"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the memory that a zstd frame may ask for; the strongest level of the
// reference program asks for 8 MiB, but for its --ultra.
const maxWindow = 32 << 20

// errUnpacked says that as much was unpacked as is to be.
var errUnpacked = errors.New("read no further")

// capped gives an error after some bytes, where io.LimitReader gives an end.
type capped struct {
	r    io.Reader
	room int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	if c.room <= 0 {
		return 0, errUnpacked
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.room)])
	c.room -= int64(n)
	return n, err
}

// tarZst lists the files of a tar that is packed with zstd.
func (l *listing) tarZst(s *source) error {
	z, err := zstd.NewReader(s, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		l.faults.add("zstd: %v", err)
		return nil
	}
	defer z.Close()
	unpacked := &capped{z, l.room}
	t := tar.NewReader(unpacked)
	for {
		h, err := t.Next()
		if err != nil {
			l.tarEnd(err, unpacked)
			return nil
		}
		l.add(Entry{
			Name: h.Name, Bytes: h.Size, Modified: h.ModTime.UTC(), Mode: h.FileInfo().Mode().String(), Link: h.Linkname,
		})
	}
}

// tarEnd judges why there is no entry any more.
func (l *listing) tarEnd(err error, unpacked *capped) {
	if errors.Is(err, io.EOF) {
		_, err = io.Copy(io.Discard, unpacked) // zeros, and then the frame's checksum
	}
	switch {
	case err == nil:
		l.archive.Complete = true
	case errors.Is(err, errUnpacked):
		l.faults.add("it unpacks to more than %d MiB, and was read no further", l.room>>20)
	case errors.Is(err, io.ErrUnexpectedEOF):
		l.faults.add("it is cut off")
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		l.faults.add("unpacking it takes more than %d MiB of memory", maxWindow>>20)
	case errors.Is(err, tar.ErrHeader):
		l.faults.add("entry %d is no tar entry", l.archive.Count+1)
	default:
		l.faults.add("after %d entries: %v", l.archive.Count, err)
	}
}
