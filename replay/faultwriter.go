package replay

import (
	"errors"
	"net/http"
	"strconv"

	"runnertape/faults"
)

// errFault is what the answering of a request sees when a fault breaks it off.
var errFault = errors.New("a fault broke it off")

// muteWriter takes an answer that nobody gets.
type muteWriter struct {
	http.ResponseWriter
	header http.Header
}

func mute(w http.ResponseWriter) *muteWriter { return &muteWriter{w, http.Header{}} }

func (m *muteWriter) Header() http.Header         { return m.header }
func (m *muteWriter) WriteHeader(int)             {}
func (m *muteWriter) Write(p []byte) (int, error) { return len(p), nil }
func (m *muteWriter) FlushError() error           { return nil }
func (m *muteWriter) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// lateWriter holds an answer up before its first byte.
type lateWriter struct {
	http.ResponseWriter
	hold func() // nil when it was held up
}

func (l *lateWriter) wait() {
	if l.hold != nil {
		l.hold()
		l.hold = nil
	}
}

func (l *lateWriter) WriteHeader(status int) {
	l.wait()
	l.ResponseWriter.WriteHeader(status)
}

func (l *lateWriter) Write(p []byte) (int, error) {
	l.wait()
	return l.ResponseWriter.Write(p)
}

func (l *lateWriter) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// shortWriter takes so much of an answer's content, and no more.
type shortWriter struct {
	http.ResponseWriter
	left int64
	cut  bool // whether there was more
}

func (s *shortWriter) Write(p []byte) (int, error) {
	if int64(len(p)) <= s.left {
		s.left -= int64(len(p))
		return s.ResponseWriter.Write(p)
	}
	n, err := s.ResponseWriter.Write(p[:s.left])
	s.left, s.cut = s.left-int64(n), true
	if err == nil {
		err = errFault
	}
	return n, err
}

func (s *shortWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// unlessCut passes an answer on, but to a request that a fault has broken off.
type unlessCut struct {
	http.ResponseWriter
	body *shortBody
}

func (u *unlessCut) WriteHeader(status int) {
	if !u.body.cut {
		u.ResponseWriter.WriteHeader(status)
	}
}

func (u *unlessCut) Write(p []byte) (int, error) {
	if u.body.cut {
		return len(p), nil
	}
	return u.ResponseWriter.Write(p)
}

func (u *unlessCut) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// changedWriter changes an answer on its way.
type changedWriter struct {
	http.ResponseWriter
	what    *faults.What
	set     func(http.Header)
	changed bool
}

// changing makes the answers written to it be as a rule has them.
func (r *Replayer) changing(w http.ResponseWriter, what *faults.What) *changedWriter {
	return &changedWriter{ResponseWriter: w, what: what, set: func(h http.Header) {
		held, _ := rangeHeld(h.Get("Range"))
		r.set(h, what, held)
	}}
}

func (c *changedWriter) WriteHeader(status int) {
	if c.changed {
		return
	}
	c.changed = true
	c.set(c.Header())
	hasBody := status != http.StatusNoContent && status != http.StatusNotModified
	if c.what.Body != nil && hasBody {
		c.Header().Set("Content-Length", strconv.Itoa(len(*c.what.Body)))
	}
	c.ResponseWriter.WriteHeader(status)
	if c.what.Body != nil && hasBody {
		c.ResponseWriter.Write([]byte(*c.what.Body))
	}
}

func (c *changedWriter) Write(p []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	if c.what.Body != nil {
		return len(p), nil
	}
	return c.ResponseWriter.Write(p)
}

func (c *changedWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
