package replay

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// shortBody yields so much of a request's content, and then breaks off, if there is more.
type shortBody struct {
	io.ReadCloser
	left int64
	cut  bool // whether there was more
}

func (s *shortBody) Read(p []byte) (int, error) {
	if s.cut {
		return 0, errFault
	}
	n, err := s.ReadCloser.Read(p)
	if int64(n) > s.left {
		n, err, s.cut = int(s.left), errFault, true
	}
	s.left -= int64(n)
	return n, err
}

// slowly is a request's content and its answer at so many bytes per second, each.
type slowly struct {
	http.ResponseWriter
	body io.ReadCloser
	rate int64 // bytes per second
	hold func(time.Duration)
}

func (r *Replayer) slowly(w http.ResponseWriter, req *http.Request, rate int64) *slowly {
	return &slowly{w, req.Body, rate, func(d time.Duration) { r.hold(req, d) }}
}

// piece is how much passes at once: what takes a tenth of a second.
func (s *slowly) piece(p []byte) []byte { return p[:min(int64(len(p)), max(1, s.rate/10))] }

// last is how long n bytes take.
func (s *slowly) last(n int) time.Duration {
	return time.Duration(float64(n) / float64(s.rate) * float64(time.Second))
}

func (s *slowly) Read(p []byte) (int, error) {
	n, err := s.body.Read(s.piece(p))
	if n > 0 {
		s.hold(s.last(n))
	}
	return n, err
}

func (s *slowly) Close() error { return s.body.Close() }

func (s *slowly) Write(p []byte) (written int, err error) {
	for len(p) > 0 {
		n, err := s.ResponseWriter.Write(s.piece(p))
		written += n
		if err != nil {
			return written, err
		}
		http.NewResponseController(s.ResponseWriter).Flush() // where it cannot be, it passes at the end
		s.hold(s.last(n))
		p = p[n:]
	}
	return written, nil
}

func (s *slowly) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// disconnect resets a client's connection, if it can get hold of it; what remains
// is closed by whoever ends the handler.
func (r *Replayer) disconnect(w http.ResponseWriter, reset bool) {
	if !reset {
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	for inner := conn; ; {
		switch c := inner.(type) {
		case *net.TCPConn:
			c.SetLinger(0) // then closing it resets it
			c.Close()
			return
		case interface{ NetConn() net.Conn }: // TLS, and what the door put around it
			inner = c.NetConn()
		default:
			return
		}
	}
}

// rangeHeld is the size in a Range of ours.
func rangeHeld(value string) (int64, bool) {
	_, size, _ := strings.Cut(value, "-")
	n, err := strconv.ParseInt(size, 10, 64)
	return n, err == nil
}
