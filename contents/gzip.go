package contents

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// memberBytes is what a gzip member counts for beside its content, towards maxUnpacked:
// reading one that is empty takes as long as unpacking some hundred bytes.
const memberBytes = 1 << 10

// byteSource counts the bytes that a decompressor took. It has ReadByte, so that none of them reads ahead.
type byteSource struct {
	r *bufio.Reader
	n int64
}

// Read implements io.Reader.
func (s *byteSource) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (s *byteSource) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.n++
	}
	return b, err
}

// gzip lists the members of a gzip file. A report of several files has one each, put together
// (gitlab-runner commands/helpers/archive/gziplegacy).
func (l *listing) gzip(s *source) error {
	in := &byteSource{r: bufio.NewReader(s)}
	z := new(gzip.Reader)
	room := l.room
	for {
		from := in.n
		if head, _ := in.r.Peek(2); from > 0 && !strings.HasPrefix("\x1f\x8b", string(head)) {
			l.faults.add("%d bytes after the last member are no gzip", l.archive.Bytes-from)
			return nil
		}
		err := z.Reset(in)
		if errors.Is(err, io.EOF) { // not within the head of a member
			l.archive.Complete = true
			return nil
		}
		if err != nil {
			l.faults.add("member %d: %s", l.archive.Count+1, gzipFault(err))
			return nil
		}
		z.Multistream(false)
		e := Entry{Name: z.Name, Method: "deflate", Modified: z.ModTime.UTC()}
		sum := crc32.NewIEEE()
		e.Bytes, err = io.Copy(sum, io.LimitReader(z, room))
		if room -= e.Bytes + memberBytes; err == nil && room <= 0 {
			// whether it ends just here nobody asks
			l.faults.add("it unpacks to more than %d MiB, in %d members so far; it was read no further", l.room>>20, l.archive.Count+1)
			l.add(e)
			return nil
		}
		e.Packed = in.n - from
		if err == nil {
			e.CRC32 = fmt.Sprintf("%08x", sum.Sum32())
		}
		l.add(e)
		if err != nil {
			l.faults.add("member %d: %s", l.archive.Count, gzipFault(err))
			return nil
		}
	}
}

func gzipFault(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut off"
	case errors.Is(err, gzip.ErrChecksum):
		return "its checksum or size is not that of its content"
	case errors.Is(err, gzip.ErrHeader):
		return "its head is no gzip head, or one too long to be read"
	}
	return err.Error()
}
