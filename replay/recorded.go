package replay

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
)

// recorded is what the index keeps of a response that may be given again: where
// its body is, and the header fields that still mean something.
type recorded struct {
	id        uint64            // the exchange
	job       int64             // job the exchange belonged to; 0 if none or unknown
	status    int               // as recorded
	header    runnertape.Header // fields to give again, without those of the connection
	stored    int64             // bytes of the body as kept
	coding    string            // content coding of the body, "" if none
	lead      string            // given before the body; "" for all but some of git's
	parts     []objectPart      // of which the body is made; nil: of one
	inStorage bool              // it is object storage's
	lost      string            // why its body was not kept, and what to do about it; "" if it was
}

// remember takes from x what the index keeps.
func remember(x *runnertape.Exchange) recorded {
	a := recorded{
		id:     x.ID,
		status: x.Response.Status,
		stored: x.Response.Body.Stored,
		coding: x.Response.Header.ContentCoding(),
		lost:   lost(x.Response.Body),
	}
	if x.Decoded != nil {
		a.job = x.Decoded.JobID
		a.inStorage = decode.Endpoint(x.Decoded.Endpoint) == decode.ObjectStorage
	}
	for _, f := range x.Response.Header {
		if !ofThatAnswer[strings.ToLower(f.Name)] {
			a.header = append(a.header, f)
		}
	}
	return a
}

// ofThatAnswer are the fields that belonged to the recorded connection, moment
// or framing, and are made anew.
var ofThatAnswer = map[string]bool{
	"connection":          true,
	"keep-alive":          true,
	"proxy-connection":    true,
	"proxy-authenticate":  true,
	"transfer-encoding":   true,
	"te":                  true,
	"trailer":             true,
	"upgrade":             true,
	"content-length":      true,
	"content-encoding":    true, // given again only if the body goes out encoded
	"content-md5":         true,
	"accept-ranges":       true,
	"date":                true,
	"alt-svc":             true,
	"set-cookie":          true,
	"retry-after":         true, // would make the runner really wait
	"ratelimit-resettime": true,
	"server-timing":       true,
}

// packed tells whether the body must be unpacked to be read.
func (a *recorded) packed() bool {
	return a.coding == "gzip" && a.stored > 0
}

// read is the whole body, unpacked, if it is not longer than limit.
func (a *recorded) read(src Source, limit int64) ([]byte, error) {
	body, err := src.Body(a.id, runnertape.ResponseSide)
	if err != nil {
		return nil, fmt.Errorf("open body of exchange %d: %w", a.id, err)
	}
	defer body.Close()
	r := io.Reader(body)
	if a.packed() {
		if r, err = gzip.NewReader(body); err != nil {
			return nil, fmt.Errorf("unpack body of exchange %d: %w", a.id, err)
		}
	} else if a.coding != "" {
		return nil, fmt.Errorf("body of exchange %d has the unknown content coding %q", a.id, a.coding)
	}
	all, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read body of exchange %d: %w", a.id, err)
	}
	if int64(len(all)) > limit {
		return nil, fmt.Errorf("body of exchange %d is longer than %d bytes", a.id, limit)
	}
	return all, nil
}

// serve gives the recorded answer again. Ranges are honoured for a 200 with an unencoded body. It
// fails only before the first byte went out.
func (r *Replayer) serve(w http.ResponseWriter, req *http.Request, a *recorded) error {
	h := w.Header()
	for _, f := range a.header {
		h.Add(f.Name, f.Value)
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified || a.status < 200 {
		w.WriteHeader(a.status)
		return nil
	}
	if a.status == http.StatusOK && a.coding == "" && a.lead == "" && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		return r.serveRanges(w, req, a)
	}
	body, err := r.src.Body(a.id, runnertape.ResponseSide)
	if err != nil {
		return fmt.Errorf("open body of exchange %d: %w", a.id, err)
	}
	defer body.Close()
	if a.lead != "" && a.coding == "" {
		w.WriteHeader(a.status)
		io.WriteString(w, a.lead)
		r.pass(w, req, body, a.id)
		return nil
	}
	if a.packed() && (a.lead != "" || !accepts(req, a.coding)) {
		z, err := gzip.NewReader(body)
		if err != nil {
			return fmt.Errorf("unpack body of exchange %d: %w", a.id, err)
		}
		w.WriteHeader(a.status)
		io.WriteString(w, a.lead)
		r.pass(w, req, z, a.id)
		return nil
	}
	if a.coding != "" {
		h.Set("Content-Encoding", a.coding)
	}
	h.Set("Content-Length", strconv.FormatInt(a.stored, 10))
	w.WriteHeader(a.status)
	if req.Method != http.MethodHead {
		r.pass(w, req, body, a.id)
	}
	return nil
}

// serveRanges gives a recorded 200, or what is asked for of it.
func (r *Replayer) serveRanges(w http.ResponseWriter, req *http.Request, a *recorded) error {
	open := opener(contents.OfBody(r.src, a.id, runnertape.ResponseSide))
	if a.parts != nil {
		open = openParts(r.src, a.parts)
	}
	body, err := seek(open, a.stored)
	if err != nil {
		return fmt.Errorf("open body of exchange %d: %w", a.id, err)
	}
	defer body.Close()
	ranging(w, req, body, !a.inStorage)
	if body.err != nil {
		r.tornOff(req, a.id, body.err)
	}
	return nil
}

// pass streams a body to the runner. If the recording gives out in the middle
// the connection is cut, as an upstream's would be.
func (r *Replayer) pass(w http.ResponseWriter, req *http.Request, body io.Reader, id uint64) {
	from := &reading{Reader: body}
	if _, err := io.Copy(w, from); err == nil {
		return
	}
	if from.err == nil { // the runner went away: its right
		return
	}
	r.tornOff(req, id, from.err)
}

// tornOff cuts the connection in the middle of an answer.
func (r *Replayer) tornOff(req *http.Request, id uint64, err error) {
	r.log.Error("read recorded body", "exchange", id, "method", req.Method, "path", r.path(req), "err", err)
	panic(http.ErrAbortHandler)
}

// reading remembers the error of a Reader, to tell it from the writer's.
type reading struct {
	io.Reader
	err error
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// accepts tells whether the request takes a content coding.
func accepts(req *http.Request, coding string) bool {
	for _, value := range req.Header.Values("Accept-Encoding") {
		for one := range strings.SplitSeq(value, ",") {
			name, q, _ := strings.Cut(strings.TrimSpace(one), ";")
			if strings.EqualFold(name, coding) && strings.TrimSpace(q) != "q=0" {
				return true
			}
		}
	}
	return false
}
