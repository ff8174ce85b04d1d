package http1

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

func wire(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestHeadEnd(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"GET / HTTP/1.1\r\n", 0},
		{"GET / HTTP/1.1\r\n\r", 0},
		{"GET / HTTP/1.1\r\n\r\n", 18},
		{"GET / HTTP/1.1\n\nbody", 16},
		{"a\r\nb\r\n\r\nbody", 8},
		{"a\nb\r\n\nx", 6},
		{"\r\n\r\n", 0},
		{"\r\n\n\r\na\r\n\r\nx", 10},
	} {
		for seen := 0; seen <= len(c.text); seen++ {
			if HeadEnd([]byte(c.text[:seen]), 0) != 0 {
				break // the end is among what was seen
			}
			if got := HeadEnd([]byte(c.text), seen); got != c.want {
				t.Errorf("%q after %d: %d, want %d", c.text, seen, got, c.want)
			}
		}
	}
}

func TestParseRequest(t *testing.T) {
	q, err := ParseRequest(wire("POST /a?b c:d HTTP/1.1\nHost: x\nJOB-TOKEN:  t \nx-empty:\nX-R: 1\nX-R: 2\n folded\n\n"))
	if err == nil {
		t.Errorf("a blank in the target: %+v", q)
	}
	q, err = ParseRequest(wire("POST /a?b HTTP/1.1\nHost: x\nJOB-TOKEN:  t \nx-empty:\nX-R: 1\nX-R: 2\n folded\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := runnertape.Header{{Name: "Host", Value: "x"}, {Name: "JOB-TOKEN", Value: "t"}, {Name: "x-empty"}, {Name: "X-R", Value: "1"}, {Name: "X-R", Value: "2 folded"}}
	if q.Method != "POST" || q.Target != "/a?b" || q.Proto != "HTTP/1.1" || !slices.Equal(q.Header, want) {
		t.Errorf("%+v", q)
	}
	for _, bad := range []string{
		"", "\n", "GET\n\n", "GET /\n\n", "GET / HTTP/2.0\n\n", "GET / http/1.1\n\n", "G{T / HTTP/1.1\n\n", " / HTTP/1.1\n\n", "GET  HTTP/1.1\n\n",
		"GET / HTTP/1.1\nno colon\n\n", "GET / HTTP/1.1\nName : x\n\n", "GET / HTTP/1.1\n: x\n\n", "GET / HTTP/1.1\n folded: first\n\n", "\x16\x03\x01",
	} {
		if q, err := ParseRequest(wire(bad)); err == nil {
			t.Errorf("%q: %+v", bad, q)
		}
	}
}

func TestParseResponse(t *testing.T) {
	for _, c := range []struct{ line, reason string }{
		{"HTTP/1.1 200 OK", "OK"},
		{"HTTP/1.0 200 Fine  and dandy", "Fine  and dandy"},
		{"HTTP/1.1 200 ", ""},
		{"HTTP/1.1 200", ""},
	} {
		r, err := ParseResponse(wire(c.line + "\nETag: x\n\n"))
		if err != nil || r.Status != 200 || r.Reason != c.reason || r.Header.Get("ETag") != "x" {
			t.Errorf("%q: %+v, %v", c.line, r, err)
		}
	}
	for _, bad := range []string{"", "HTTP/1.1\n\n", "HTTP/1.1 20\n\n", "HTTP/1.1 2000 x\n\n", "HTTP/1.1 099 x\n\n", "HTTP/1.1 +99 x\n\n", "HTTP/2 200\n\n", "ICY 200 OK\n\n"} {
		if r, err := ParseResponse(wire(bad)); err == nil {
			t.Errorf("%q: %+v", bad, r)
		}
	}
}

func TestFraming(t *testing.T) {
	for _, c := range []struct {
		head, method string
		want         runnertape.Body
		wrong        bool
	}{
		{"POST / HTTP/1.1\n\n", "", runnertape.Body{Framing: runnertape.NoBody}, false},
		{"POST / HTTP/1.1\nContent-Length: 5\n\n", "", runnertape.Body{Framing: runnertape.Length, Declared: 5}, false},
		{"POST / HTTP/1.1\ncontent-length: 5\nContent-Length: 5\n\n", "", runnertape.Body{Framing: runnertape.Length, Declared: 5}, false},
		{"POST / HTTP/1.1\nContent-Length: 5\nContent-Length: 6\n\n", "", runnertape.Body{}, true},
		{"POST / HTTP/1.1\nContent-Length: +5\n\n", "", runnertape.Body{}, true},
		{"POST / HTTP/1.1\nContent-Length: \n\n", "", runnertape.Body{}, true},
		{"POST / HTTP/1.1\nContent-Length: 99999999999999999999\n\n", "", runnertape.Body{}, true},
		{"POST / HTTP/1.1\nTransfer-Encoding: Chunked\n\n", "", runnertape.Body{Framing: runnertape.Chunked}, false},
		{"POST / HTTP/1.1\nTransfer-Encoding: gzip, chunked\nContent-Length: 3\n\n", "", runnertape.Body{Framing: runnertape.Chunked}, false},
		{"POST / HTTP/1.1\nContent-Length: 3\nTransfer-Encoding: gzip\nTransfer-Encoding: chunked\n\n", "", runnertape.Body{Framing: runnertape.Chunked}, false},
		{"POST / HTTP/1.1\nTransfer-Encoding: gzip\n\n", "", runnertape.Body{}, true},
		{"HTTP/1.1 200 OK\n\n", "GET", runnertape.Body{Framing: runnertape.ToClose}, false},
		{"HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\n", "GET", runnertape.Body{Framing: runnertape.ToClose}, false},
		{"HTTP/1.1 200 OK\nContent-Length: 7\n\n", "HEAD", runnertape.Body{Framing: runnertape.NoBody, Declared: 7}, false},
		{"HTTP/1.1 204 No Content\n\n", "GET", runnertape.Body{Framing: runnertape.NoBody}, false},
		{"HTTP/1.1 304 Not Modified\nContent-Length: 7\n\n", "GET", runnertape.Body{Framing: runnertape.NoBody, Declared: 7}, false},
		{"HTTP/1.1 103 Early Hints\n\n", "GET", runnertape.Body{Framing: runnertape.NoBody}, false},
		{"HTTP/1.1 101 Switching Protocols\n\n", "GET", runnertape.Body{Framing: runnertape.ToClose}, false},
		{"HTTP/1.1 200 OK\nContent-Length: x\n\n", "GET", runnertape.Body{}, true},
	} {
		var got runnertape.Body
		var err error
		if c.method == "" {
			q, parseErr := ParseRequest(wire(c.head))
			if parseErr != nil {
				t.Fatal(parseErr)
			}
			got, err = q.Framing()
		} else {
			r, parseErr := ParseResponse(wire(c.head))
			if parseErr != nil {
				t.Fatal(parseErr)
			}
			got, err = r.Framing(c.method)
		}
		if (err != nil) != c.wrong || !c.wrong && got != c.want {
			t.Errorf("%q: %+v, %v", c.head, got, err)
		}
	}
}

// read has b read text in pieces of at most size bytes.
func read(b *Body, text string, size int) (content string, n int, done bool, err error) {
	var spans []Span
	for n < len(text) && !done && err == nil {
		p := []byte(text[n:min(n+size, len(text))])
		var used int
		used, spans, done, err = b.Next(p, spans[:0])
		for _, s := range spans {
			content += string(p[s.From:s.To])
		}
		n += used
	}
	return content, n, done, err
}

func TestBody(t *testing.T) {
	for _, c := range []struct {
		body    runnertape.Body
		text    string
		content string
		rest    string // what does not belong to it
		trailer string
		done    bool
	}{
		{runnertape.Body{Framing: runnertape.Length, Declared: 3}, "abcGET", "abc", "GET", "", true},
		{runnertape.Body{Framing: runnertape.Length, Declared: 5}, "abc", "abc", "", "", false},
		{runnertape.Body{Framing: runnertape.ToClose}, "abc", "abc", "", "", false},
		{runnertape.Body{Framing: runnertape.Chunked}, "3\nabc\n0\n\nGET", "abc", "GET", "", true},
		{runnertape.Body{Framing: runnertape.Chunked}, "0a;x=\"y\"\n0123456789\n1 \nz\n00;a\nX-A: 1\nX-B: 2\n\nGET", "0123456789z", "GET", "X-A=1 X-B=2 ", true},
		{runnertape.Body{Framing: runnertape.Chunked}, "0\n\n", "", "", "", true},
		{runnertape.Body{Framing: runnertape.Chunked}, "5\nabc", "abc", "", "", false},
	} {
		for size := 1; size < 20; size++ {
			for _, text := range []string{c.text, wire(c.text)} {
				b := NewBody(c.body)
				content, n, done, err := read(b, text, size)
				rest := strings.ReplaceAll(text[n:], "\r", "")
				if err != nil || content != c.content || rest != c.rest || done != c.done {
					t.Errorf("%q in %d: %q, rest %q, %t, %v", text, size, content, rest, done, err)
				}
				trailer := ""
				h, err := b.Trailer()
				for _, f := range h {
					trailer += f.Name + "=" + f.Value + " "
				}
				if trailer != c.trailer || err != nil {
					t.Errorf("%q: trailer %q, %v", text, trailer, err)
				}
			}
		}
	}
}

func TestBrokenChunks(t *testing.T) {
	for _, text := range []string{
		"\r\n", "x\r\n", "-1\r\n", "0x1\r\n", "3\r\nabcd\r\n", "3\r\nabc\r\r\n", "fffffffffffffffff\r\n", "1" + strings.Repeat(";", maxLine+1),
		"0\r\n" + strings.Repeat("a: b\r\n", maxTrailer/6+1),
	} {
		if content, _, done, err := read(NewBody(runnertape.Body{Framing: runnertape.Chunked}), text, 1000); err == nil || done {
			t.Errorf("%.30q: %q, %t", text, content, done)
		}
	}
}

func TestEdit(t *testing.T) {
	change := func(name string) (string, bool, bool) {
		switch strings.ToLower(name) {
		case "host":
			return "new", true, false
		case "gone":
			return "", false, true
		}
		return "", false, false
	}
	head := wire("GET /a HTTP/1.1\nhOst:  old\nGone: x\n folded\nx-Kept:  a  \n folded\nGONE: y\n\n")
	if got, want := string(Edit(nil, []byte(head), "", change)), wire("GET /a HTTP/1.1\nhOst: new\nx-Kept:  a  \n folded\n\n"); got != want {
		t.Errorf("%q", got)
	}
	if got, want := string(Edit([]byte("!"), []byte("GET /a HTTP/1.1\nHost: x\n\n"), "GET /b HTTP/1.1", change)), "!GET /b HTTP/1.1\nHost: new\n\n"; got != want {
		t.Errorf("%q", got)
	}
	if got, want := string(Edit(nil, []byte("GET / HTTP/1.1\nhOST:new\t\r\nGONE:\n\n"), "", change)), "GET / HTTP/1.1\nhOST:new\t\r\n\n"; got != want {
		t.Errorf("%q", got)
	}
	if got := Edit(nil, []byte(head), "", func(string) (string, bool, bool) { return "", false, false }); string(got) != head {
		t.Errorf("changed %q", got)
	}
}

// However a chunked body is cut into reads, it is the same body.
func FuzzBody(f *testing.F) {
	f.Add("3\r\nabc\r\n0\r\nA: b\r\n\r\nrest", 4)
	f.Add("0a;x\n0123456789\n0\n\n", 1)
	f.Fuzz(func(t *testing.T, text string, size int) {
		if size < 1 || len(text) > 4<<10 {
			return
		}
		chunked := runnertape.Body{Framing: runnertape.Chunked}
		whole, n, done, err := read(NewBody(chunked), text, len(text)+1)
		cut, n2, done2, err2 := read(NewBody(chunked), text, size)
		if fmt.Sprint(n, done, err) != fmt.Sprint(n2, done2, err2) || whole != cut {
			t.Errorf("%q: %q %d %t %v, in pieces of %d: %q %d %t %v", text, whole, n, done, err, size, cut, n2, done2, err2)
		}
	})
}

// What can be read can be passed on unchanged.
func FuzzHead(f *testing.F) {
	f.Add([]byte("GET /a HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\nA: b\n\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		n := HeadEnd(head, 0)
		if n == 0 {
			return
		}
		head = head[:n]
		if _, err := ParseRequest(string(head)); err != nil {
			if _, err := ParseResponse(string(head)); err != nil {
				return
			}
		}
		if got := Edit(nil, head, "", func(string) (string, bool, bool) { return "", false, false }); !bytes.Equal(got, head) {
			t.Errorf("%q became %q", head, got)
		}
	})
}
