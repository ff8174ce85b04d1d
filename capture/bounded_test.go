package capture

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"runnertape"
)

// Memory depends neither on the size of a capture nor on that of a body, also not when packets are missing that nobody
// acknowledges.
func TestBounded(t *testing.T) {
	r, w := io.Pipe()
	go func() { // ends with the script, or when r is closed
		w.CloseWithError(long(t, w))
	}()
	defer r.Close()
	sink := &heapSink{}
	s, err := Read(r, sink)
	if err != nil || s.Exchanges != 4 || s.Gaps != 4 {
		t.Fatalf("%+v, %v", s, err)
	}
	if sink.bytes < 80<<20 || sink.most > sink.least+48<<20 { // 31 MB of packets may wait
		t.Errorf("%d bytes; the heap had from %d to %d", sink.bytes, sink.least, sink.most)
	}
}

// long is four uploads of 20 MiB each. One packet of each is missing.
func long(t testing.TB, w io.Writer) error {
	s := newScript(t)
	s.begin("A")
	c := s.conn("A")
	piece := bytes.Repeat([]byte("x"), 16<<10)
	for range 4 {
		s.data(c, 0, fmt.Appendf(nil, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", 1281*len(piece)))
		for i := range 1281 {
			if i == 10 {
				s.data(c, 0, piece, "lost")
				continue
			}
			s.data(c, 0, piece)
			if _, err := w.Write(s.out.Bytes()); err != nil {
				return err
			}
			s.out.Reset()
		}
		s.data(c, 1, []byte("HTTP/1.1 204 No Content\r\n\r\n"))
	}
	_, err := w.Write(s.end())
	return err
}

// heapSink looks at the heap now and then.
type heapSink struct {
	bytes, looked, least, most uint64
}

func (s *heapSink) Put(*runnertape.Exchange) error { return nil }

func (s *heapSink) Write(_ uint64, _ runnertape.Side, p []byte) error {
	s.bytes += uint64(len(p))
	if s.bytes-s.looked < 2<<20 {
		return nil
	}
	s.looked = s.bytes
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if s.least == 0 || m.HeapAlloc < s.least {
		s.least = m.HeapAlloc
	}
	s.most = max(s.most, m.HeapAlloc)
	return nil
}
