package har

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"runnertape"
)

// toEntry is x as an entry.
func toEntry(x *runnertape.Exchange, bodies Bodies, maxBody int64) (*Entry, error) {
	e := &Entry{
		StartedDateTime: x.Started.UTC().Format(time.RFC3339Nano),
		Timings:         timings(x),
		Runnertape:      &Extension{ID: x.ID, State: x.State, Way: x.Way},
	}
	e.Time = math.Round((e.Timings.Send+e.Timings.Wait+e.Timings.Receive)*1e6) / 1e6 // nanoseconds, as its parts
	if x.Conn != 0 {
		e.Connection = strconv.FormatUint(x.Conn, 10)
	}
	if d := x.Decoded; d != nil {
		e.Runnertape.Endpoint, e.Runnertape.JobID, e.Runnertape.Gist = d.Endpoint, d.JobID, d.Gist
	}
	if x.State != runnertape.Done {
		e.Comment = "in flight when it was recorded last"
	}
	var err error
	if e.Request, err = toRequest(x, bodies, maxBody); err != nil {
		return nil, err
	}
	e.Response, err = toResponse(x, bodies, maxBody)
	return e, err
}

func toRequest(x *runnertape.Exchange, bodies Bodies, maxBody int64) (Request, error) {
	q := Request{
		Method: x.Request.Method, URL: x.URL(), HTTPVersion: x.Request.Proto, Cookies: requestCookies(x.Request.Header), Headers: fields(x.Request.Header),
		QueryString: query(x.Request.Query()), HeadersSize: -1, BodySize: x.Request.Body.Stored,
	}
	switch body := &x.Request.Body; {
	case body.Dropped():
		q.BodySize = body.Bytes
		q.PostData = &PostData{MimeType: x.Request.Header.Get("Content-Type"), Comment: text{}.comment(*body)}
		return q, nil
	case body.Stored == 0:
		return q, nil
	}
	t, err := readText(bodies, x.ID, runnertape.RequestSide, "", maxBody)
	if err != nil {
		return q, err
	}
	q.PostData = &PostData{MimeType: x.Request.Header.Get("Content-Type"), Text: t.text, Encoding: t.encoding, Comment: t.comment(x.Request.Body)}
	return q, nil
}

func toResponse(x *runnertape.Exchange, bodies Bodies, maxBody int64) (Response, error) {
	p := Response{Cookies: []Cookie{}, Headers: []NameValue{}, Content: Content{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1}
	if f := x.Failure; f != nil {
		p.Error = f.Text
	}
	r := x.Response
	if r == nil {
		if p.Error == "" {
			p.Error = "no response was recorded"
		}
		return p, nil
	}
	p.Status, p.StatusText, p.HTTPVersion = r.Status, r.Reason, r.Proto
	p.Cookies, p.Headers = responseCookies(r.Header), fields(r.Header)
	p.RedirectURL, p.BodySize = r.Header.Get("Location"), r.Body.Stored
	p.Content.MimeType = r.Header.Get("Content-Type")
	if r.Ours {
		p.Comment = "made by the recorder, because the upstream could not be reached"
	}
	if r.Body.Stored == 0 {
		p.Content.Comment = text{}.comment(r.Body)
		if r.Body.Dropped() {
			p.Content.Size, p.BodySize = r.Body.Bytes, r.Body.Bytes
		}
		return p, nil
	}
	t, err := readText(bodies, x.ID, runnertape.ResponseSide, r.Header.ContentCoding(), maxBody)
	if err != nil {
		return p, err
	}
	p.Content.Text, p.Content.Encoding, p.Content.Comment = t.text, t.encoding, t.comment(r.Body)
	p.Content.Size = t.bytes
	switch {
	case t.unpacked && !t.cut:
		p.Content.Compression = t.bytes - r.Body.Stored
	case !t.unpacked:
		p.Content.Size = r.Body.Stored
	}
	return p, nil
}

func timings(x *runnertape.Exchange) Timings {
	t := Timings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1}
	switch {
	case !x.Replied.IsZero():
		t.Wait = milliseconds(x.Replied.Sub(x.Started))
		if !x.Ended.IsZero() {
			t.Receive = milliseconds(x.Ended.Sub(x.Replied))
		}
	case !x.Ended.IsZero():
		t.Wait = milliseconds(x.Ended.Sub(x.Started))
	}
	return t
}

// milliseconds is never negative, as the format demands.
func milliseconds(d time.Duration) float64 { return float64(max(0, d.Nanoseconds())) / 1e6 }

func fields(h runnertape.Header) []NameValue {
	list := make([]NameValue, len(h))
	for i, f := range h {
		list[i] = NameValue(f)
	}
	return list
}

// query are the parameters of a query, in order.
func query(raw string) []NameValue {
	list := []NameValue{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, NameValue{unescape(name), unescape(value)})
	}
	return list
}

// unescape leaves alone what is not escaped rightly.
func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return strings.ToValidUTF8(u, "\uFFFD")
	}
	return s
}

// comment says what of a body is not in its text.
func (t text) comment(b runnertape.Body) string {
	var notes []string
	if t.note != "" {
		notes = append(notes, t.note)
	}
	switch {
	case t.cut && t.unpacked:
		notes = append(notes, fmt.Sprintf("%s after %d bytes, unpacked (--max-body)", cutNote, t.bytes))
	case t.cut:
		notes = append(notes, fmt.Sprintf("%s: the first %d of %d bytes (--max-body)", cutNote, t.bytes, b.Stored))
	}
	if b.Dropped() {
		notes = append(notes, fmt.Sprintf("%s: none of %d bytes was kept (--opaque)", cutNote, b.Bytes))
	}
	if b.Truncated {
		notes = append(notes, brokenNote)
	}
	if b.Rewritten {
		notes = append(notes, "packed again or not kept by redaction")
	}
	return strings.Join(notes, "; ")
}
