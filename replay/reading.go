package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Limits of what is read of a request.
const (
	maxJSON  = 1 << 20          // body of a JSON call; Workhorse's own bound for jobs/request is 32 KiB
	maxPatch = 4 << 20          // body of a patch; runners send at most 1 MiB (gitlab-runner common/consts.go)
	patience = 60 * time.Second // without a byte of a body that was announced
)

// firstRoom is what is taken for a body that was announced, before any of it is there.
const firstRoom = 64 << 10

// errTooLong is a body over its limit.
var errTooLong = errors.New("body is too long")

// patient reads a request body with a deadline for each read. Runners 12.8 to
// 17.9 send heads whose body never comes (gitlab-runner merge requests 5409 and
// 5432).
type patient struct {
	body io.Reader
	rc   *http.ResponseController
	set  time.Time // when the deadline was set; to do so for each of many small reads would take longer than the reads
}

// body is the request's body, with a deadline.
func (r *Replayer) body(w http.ResponseWriter, req *http.Request) io.Reader {
	return &patient{body: req.Body, rc: http.NewResponseController(w)}
}

func (p *patient) Read(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.set) > time.Second {
		p.rc.SetReadDeadline(now.Add(patience)) // not every ResponseWriter can; then the server's own deadline holds
		p.set = now
	}
	n, err := p.body.Read(b)
	if err != nil {
		p.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// readAll reads a request body of at most limit bytes whole. A body shorter
// than announced is an error.
func (r *Replayer) readAll(w http.ResponseWriter, req *http.Request, limit int64) ([]byte, error) {
	return r.readInto(new(bytes.Buffer), w, req, limit)
}

// room is for a body that is done with before its request is; it is to be put into r.rooms then.
func (r *Replayer) room() *bytes.Buffer {
	if b, ok := r.rooms.Get().(*bytes.Buffer); ok {
		return b
	}
	return new(bytes.Buffer)
}

// readInto is readAll into room that is used again.
func (r *Replayer) readInto(b *bytes.Buffer, w http.ResponseWriter, req *http.Request, limit int64) ([]byte, error) {
	if req.ContentLength > limit {
		return nil, errTooLong
	}
	b.Reset()
	b.Grow(int(min(max(0, req.ContentLength), firstRoom)) + bytes.MinRead) // so that the end is found without growing
	_, err := b.ReadFrom(io.LimitReader(r.body(w, req), limit+1))
	body := b.Bytes()
	switch {
	case err != nil:
		return nil, fmt.Errorf("read request body: %w", err)
	case int64(len(body)) > limit:
		return nil, errTooLong
	}
	return body, nil
}

// unread is the answer to a request whose body could not be read.
func unread(err error) reply {
	if errors.Is(err, errTooLong) {
		return reply{status: http.StatusRequestEntityTooLarge, body: message{"413 Request Entity Too Large"}, note: err.Error()}
	}
	return reply{status: http.StatusBadRequest, body: message{"400 Bad request - " + err.Error()}, note: err.Error()}
}
