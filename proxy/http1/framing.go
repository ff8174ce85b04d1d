package http1

import (
	"strconv"
	"strings"

	"runnertape"
)

// Framing says how the body of a request is delimited (RFC 9112 §6.3).
func (q *Request) Framing() (runnertape.Body, error) {
	b, err := framing(q.Header)
	if err == nil && b.Framing == runnertape.ToClose { // only a response can end with its connection
		err = SyntaxError("its Transfer-Encoding does not end in chunked")
	}
	if b.Framing == "" {
		b.Framing = runnertape.NoBody
	}
	return b, err
}

// Framing says how the body of a response to a request of that method is delimited.
func (r *Response) Framing(method string) (runnertape.Body, error) {
	if r.Status == 101 {
		return runnertape.Body{Framing: runnertape.ToClose}, nil
	}
	b, err := framing(r.Header)
	if r.Status < 200 || r.Status == 204 || r.Status == 304 || method == "HEAD" {
		return runnertape.Body{Framing: runnertape.NoBody, Declared: b.Declared}, nil
	}
	if b.Framing == "" {
		b.Framing = runnertape.ToClose
	}
	return b, err
}

func framing(h runnertape.Header) (runnertape.Body, error) {
	var b runnertape.Body
	coding := ""
	for _, f := range h {
		switch {
		case strings.EqualFold(f.Name, "Transfer-Encoding"):
			coding = f.Value // of several the last decides
			b.Framing = runnertape.ToClose
		case strings.EqualFold(f.Name, "Content-Length") && b.Framing != runnertape.ToClose:
			n, err := length(f.Value)
			if err != nil || b.Framing == runnertape.Length && n != b.Declared {
				return b, SyntaxError("its Content-Length is not one number")
			}
			b = runnertape.Body{Framing: runnertape.Length, Declared: n}
		}
	}
	if b.Framing == runnertape.ToClose {
		b.Declared = 0 // Transfer-Encoding overrides it
		if i := strings.LastIndexByte(coding, ','); strings.EqualFold(trim(coding[i+1:]), "chunked") {
			b.Framing = runnertape.Chunked
		}
	}
	return b, nil
}

func length(s string) (int64, error) {
	if strings.Trim(s, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(s, 10, 64)
}
