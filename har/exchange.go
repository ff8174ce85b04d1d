package har

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"runnertape"
	"runnertape/proxy/http1"
)

// Exchange is what an entry says, with its bodies. It has no number.
type Exchange struct {
	*runnertape.Exchange
	RequestBody, ResponseBody []byte // without content coding, as far as the HAR has them
}

// exchange is what e says.
func (e *Entry) exchange(began time.Time) (*Exchange, error) {
	if began.IsZero() {
		return nil, fmt.Errorf("its startedDateTime %.40q is no time of the years 1678 to 2261", e.StartedDateTime)
	}
	x := &Exchange{Exchange: &runnertape.Exchange{State: runnertape.Done, Way: runnertape.Reverse, Started: began.UTC()}}
	x.Conn, _ = strconv.ParseUint(e.Connection, 10, 64) // others give ports, or names
	if r := e.Runnertape; r != nil && r.Way != "" {
		x.Way = r.Way
	}
	if err := e.Request.place(x.Exchange); err != nil {
		return nil, err
	}
	if x.Request.Method == "" {
		if e.Runnertape == nil {
			return nil, errors.New("its request has no method")
		}
		x.Request.Target = "" // a request that was not captured
	}
	var err error
	if x.RequestBody, err = e.Request.read(x.Exchange); err != nil {
		return nil, fmt.Errorf("its request: %w", err)
	}
	if x.ResponseBody, err = e.Response.read(x.Exchange); err != nil {
		return nil, fmt.Errorf("its response: %w", err)
	}
	e.times(x.Exchange)
	e.failure(x.Exchange)
	return x, nil
}

// failure notes what broke x off, and what of it is not in the HAR.
func (e *Entry) failure(x *runnertape.Exchange) {
	why, r := oneLine(e.Response.Error), x.Response
	if p := e.Request.PostData; p != nil && e.lacks(x.Request.Body.Bytes, e.Request.BodySize, p.Comment) {
		x.Request.Body.Truncated = true
		x.Failure = lacks(runnertape.RequestSide, x.Request.Body.Bytes, e.Request.BodySize)
	}
	switch content := e.Response.Content; {
	case r == nil:
		why = cmp.Or(why, "the HAR has no response")
	case x.Request.Method != http.MethodHead && e.lacks(r.Body.Bytes, content.Size, content.Comment):
		r.Body.Truncated = true
		x.Failure = lacks(runnertape.ResponseSide, r.Body.Bytes, content.Size)
	case why != "" && e.Runnertape == nil:
		r.Body.Truncated = true // who breaks off says no more
	}
	if why != "" {
		x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: why}
		if r != nil {
			x.Failure.Byte = r.Body.Bytes
		}
	}
}

// lacks tells whether a body of has bytes is not all of one of size. Of others' numbers only that there is something can be
// relied on: some count packed bytes, some characters.
func (e *Entry) lacks(has, size int64, comment string) bool {
	if e.Runnertape == nil {
		return has == 0 && size > 0
	}
	return has < size || strings.Contains(comment, cutNote) || strings.Contains(comment, brokenNote)
}

// The beginnings of what comments say of bodies.
const (
	cutNote    = "cut"
	brokenNote = "broken off before its end"
	packedNote = "still packed"
)

func lacks(side runnertape.Side, has, size int64) *runnertape.Failure {
	f := &runnertape.Failure{Side: side, Byte: has, Text: fmt.Sprintf("the HAR has %d of %d bytes of a body", has, size)}
	if size <= has {
		f.Text = fmt.Sprintf("the HAR has the first %d bytes of a body", has)
	}
	return f
}

// times are those of e, made to fit together.
func (e *Entry) times(x *runnertape.Exchange) {
	t := e.Timings
	var before float64
	for _, ms := range []float64{t.Blocked, t.DNS, t.Connect, t.Send, t.Wait} { // SSL is in Connect
		before += max(0, ms)
	}
	x.Ended = x.Started.Add(duration(max(e.Time, before+max(0, t.Receive))))
	if x.Response != nil {
		x.Replied = x.Started.Add(duration(before))
	}
}

// duration of more than a week is no duration of an exchange.
func duration(ms float64) time.Duration {
	const week = 7 * 24 * time.Hour
	if !(ms > 0) { // NaN too
		return 0
	}
	return time.Duration(min(ms*1e6, float64(week)) + 0.5)
}

// place says where the request was sent.
func (q *Request) place(x *runnertape.Exchange) error {
	address, _, _ := strings.Cut(q.URL, "#")
	for ws, scheme := range map[string]string{"ws://": "http://", "wss://": "https://"} {
		if rest, ok := strings.CutPrefix(address, ws); ok {
			address = scheme + rest
		}
	}
	scheme, host, err := http1.AbsoluteForm(address)
	switch {
	case err != nil:
		begins, _, _ := strings.Cut(q.URL, ":")
		if len(begins) > 10 {
			begins = "" // the rest may be a password, and this a token
		}
		return fmt.Errorf("its URL, of %q, is none of http:// or https:// with a host", begins)
	case hasControl(address):
		return errors.New("its URL has control characters")
	case hasControl(q.Method) || strings.Contains(q.Method, " "):
		return errors.New("its method is none")
	}
	x.Scheme, x.Host = scheme, http1.HostOf(scheme, host)
	x.Request.Method, x.Request.Target, x.Request.Proto = q.Method, http1.AfterHost(address), proto(q.HTTPVersion)
	if q.Method == "CONNECT" {
		x.Request.Target = host
	}
	return nil
}

// parseTime reads ISO 8601 as browsers and others write it.
func parseTime(s string) (time.Time, error) {
	var first error
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"} {
		t, err := time.Parse(layout, s)
		if year := t.UTC().Year(); err == nil && (year < 1678 || year > 2261) {
			err = errors.New("its year cannot be kept") // in nanoseconds since 1970
		}
		if err == nil {
			return t, nil
		}
		if first == nil {
			first = err
		}
	}
	return time.Time{}, first
}

// hasControl tells whether s has characters that cannot be in a line of a head.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
