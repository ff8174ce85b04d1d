package drift_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/drift"
)

// schemaOf is the Schema of exchanges in short form:
//
//	METHOD TARGET → STATUS [×TIMES] [cut]
//		> Name: value        a field of the request
//		> {…}                its body: what is no field; several lines are put together
//		< Name: value        of the answer
//
// TARGET is a path at https://gitlab.test, or an URL. STATUS may be "nothing", "ours" or "open". Of "cut" both bodies
// broke off. A body that is there is JSON, unless a Content-Type says otherwise. One second passes with each exchange.
func schemaOf(t testing.TB, script string) *drift.Schema {
	t.Helper()
	s := drift.NewSchema()
	schemaInto(t, s, script)
	return s
}

func schemaInto(t testing.TB, s *drift.Schema, script string) {
	t.Helper()
	decoder := decode.NewDecoder("https://gitlab.test")
	id := uint64(0)
	var head string
	var parts []string
	flush := func() {
		if head == "" {
			return
		}
		times := 1
		if m := repeated.FindStringSubmatch(head); m != nil {
			times, _ = strconv.Atoi(m[1])
		}
		for range times {
			id++
			x, b := exchange(t, id, head, parts)
			if x.State == runnertape.Done {
				x.Decoded, _ = decoder.Decode(x, b)
			}
			s.Add(x, bodiesFor(x, b))
		}
	}
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		switch part, isPart := strings.CutPrefix(line, "\t"); {
		case isPart:
			parts = append(parts, part)
		case line == "" || line[0] == '#':
		default:
			flush()
			head, parts = line, nil
		}
	}
	flush()
}

var (
	repeated = regexp.MustCompile(`×(\d+)`)
	isField  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*): (.*)$`)
)

// bodiesFor cuts bodies as who reads them does.
func bodiesFor(x *runnertape.Exchange, b decode.Bodies) decode.Bodies {
	return decode.Bodies{
		Request:  b.Request[:min(int64(len(b.Request)), drift.Wants(x, runnertape.RequestSide))],
		Response: b.Response[:min(int64(len(b.Response)), drift.Wants(x, runnertape.ResponseSide))],
	}
}

var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func exchange(t testing.TB, id uint64, head string, parts []string) (*runnertape.Exchange, decode.Bodies) {
	t.Helper()
	words := strings.Fields(head)
	if len(words) < 4 || words[2] != "→" {
		t.Fatalf("no exchange: %s", head)
	}
	at := began.Add(time.Duration(id) * time.Second)
	x := &runnertape.Exchange{
		ID: id, State: runnertape.Done, Way: runnertape.Reverse, Scheme: "https", Host: "gitlab.test",
		Started: at, Replied: at.Add(time.Millisecond), Ended: at.Add(2 * time.Millisecond),
		Request: runnertape.Request{Method: words[0], Target: words[1], Proto: "HTTP/1.1"},
	}
	if host, path, ok := strings.Cut(strings.TrimPrefix(words[1], "https://"), "/"); ok && host != "" {
		x.Host, x.Request.Target = host, "/"+path
	}
	var said, got runnertape.Header
	var b decode.Bodies
	for _, part := range parts {
		header, body := &said, &b.Request
		if part[0] == '<' {
			header, body = &got, &b.Response
		}
		if m := isField.FindStringSubmatch(part[2:]); m != nil {
			*header = append(*header, runnertape.Field{Name: m[1], Value: m[2]})
		} else {
			*body = append(*body, part[2:]...)
		}
	}
	cut := strings.HasSuffix(head, " cut")
	x.Request.Header, x.Request.Body = finished(said, b.Request, cut)
	switch words[3] {
	case "nothing":
		x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection reset by peer"}
	case "open":
		x.State = runnertape.InFlight
	default:
		ours := words[3] == "ours"
		status, err := strconv.Atoi(words[3])
		if err != nil && !ours {
			t.Fatalf("no status: %s", head)
		}
		x.Response = &runnertape.Response{Status: max(status, 100), Proto: "HTTP/1.1", Ours: ours}
		x.Response.Header, x.Response.Body = finished(got, b.Response, cut)
	}
	return x, b
}

// finished is a header with what follows from the body.
func finished(h runnertape.Header, body []byte, cut bool) (runnertape.Header, runnertape.Body) {
	n := int64(len(body))
	about := runnertape.Body{Framing: runnertape.NoBody, Bytes: n, Stored: n, Truncated: cut}
	if n > 0 {
		about.Framing = runnertape.Length
		if h.Has("Transfer-Encoding") {
			about.Framing = runnertape.Chunked
		}
		if !h.Has("Content-Type") {
			h = append(h, runnertape.Field{Name: "Content-Type", Value: "application/json"})
		}
	}
	return h, about
}

// line is a change as the files of testdata have it.
func line(ch drift.Change) string {
	where := []string{ch.Level.String(), ch.Endpoint}
	if ch.Job != "" {
		where = append(where, "job="+ch.Job)
	}
	if ch.Situation != "" {
		where = append(where, "("+ch.Situation+")")
	}
	where = append(where, ch.Side)
	if ch.Status != 0 {
		where = append(where, strconv.Itoa(ch.Status))
	}
	where = append(where, string(ch.Part)+":", string(ch.Kind), ch.Name)
	if ch.Before+ch.After != "" {
		where = append(where, fmt.Sprintf("[%s → %s]", ch.Before, ch.After))
	}
	place := func(p drift.Place) string { return fmt.Sprintf("%d of %d @%d", p.Has, p.Of, p.Exchange) }
	return strings.Join(strings.Fields(strings.Join(where, " ")), " ") + " | " + place(ch.A) + " | " + place(ch.B) + "\n"
}
