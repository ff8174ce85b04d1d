package replay

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// opener gives content from a byte offset on.
type opener func(offset int64) (io.ReadCloser, error)

// ranging answers GET and HEAD with content of size bytes, or with as much of it as is asked for: a range,
// several, or nothing if the client has it already, by its ETag or its time. What else the header says is set.
//
// Where several ranges are asked for GitLab gives them, and object stores give the whole (Amazon S3 API
// reference, GetObject). A range that makes no sense is ignored (RFC 9110 §14.2).
func ranging(w http.ResponseWriter, req *http.Request, content *seeking, several bool) {
	h := w.Header()
	if _, said := h["Content-Type"]; !said {
		h["Content-Type"] = nil // and nobody guesses it
	}
	changed, err := http.ParseTime(h.Get("Last-Modified"))
	if err != nil {
		changed = time.Time{}
	}
	if asked := req.Header.Get("Range"); asked != "" && !(several && multiple(asked)) {
		req = req.Clone(req.Context())
		req.Header.Del("Range")
		switch from, n, status := span(asked, content.size); status {
		case http.StatusPartialContent:
			req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, from+n-1))
		case http.StatusRequestedRangeNotSatisfiable:
			req.Header.Set("Range", fmt.Sprintf("bytes=%d-", content.size))
		}
	}
	http.ServeContent(w, req, "", changed, content)
}

// multiple tells whether a Range header has several ranges, each one that we honour.
func multiple(header string) bool {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || !strings.Contains(spec, ",") {
		return false
	}
	for one := range strings.SplitSeq(spec, ",") {
		if !partial("bytes=" + strings.TrimSpace(one)) {
			return false
		}
	}
	return true
}

// seeking is content that is read from anywhere: an io.ReadSeeker. It remembers what went wrong in reading.
type seeking struct {
	open opener
	size int64
	at   int64         // where the next byte is read
	r    io.ReadCloser // nil if none is open
	from int64         // where r is
	err  error
}

// seek opens content, from its begin on.
func seek(open opener, size int64) (*seeking, error) {
	r, err := open(0)
	return &seeking{open: open, size: size, r: r}, err
}

// Seek implements io.Seeker.
func (s *seeking) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, errors.New("before the begin")
	}
	s.at = offset
	return offset, nil
}

// Read implements io.Reader.
func (s *seeking) Read(p []byte) (int, error) {
	if s.r == nil || s.from != s.at {
		s.Close()
		var err error
		if s.r, err = s.open(s.at); err != nil {
			s.r, s.err = nil, err
			return 0, err
		}
		s.from = s.at
	}
	n, err := s.r.Read(p)
	s.at, s.from = s.at+int64(n), s.from+int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// Close implements io.Closer.
func (s *seeking) Close() error {
	if s.r == nil {
		return nil
	}
	err := s.r.Close()
	s.r = nil
	return err
}
