package har

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/proxy/http1"
)

// read gives the request's fields to x, and returns its body.
func (q *Request) read(x *runnertape.Exchange) ([]byte, error) {
	var err error
	if x.Request.Header, err = header(q.Headers); err != nil {
		return nil, err
	}
	head := http1.Request{Header: x.Request.Header}
	b, err := head.Framing()
	if err != nil {
		b = runnertape.Body{Framing: runnertape.NoBody}
	}
	var body []byte
	if p := q.PostData; p != nil {
		encoding := p.Encoding
		if encoding == "" {
			encoding = p.Proposed
		}
		if body, err = content(p.Text, encoding); err != nil {
			return nil, err
		}
		if len(body) == 0 && len(p.Params) > 0 {
			body = []byte(form(p.Params))
		}
	}
	if b.Framing == runnertape.NoBody && len(body) > 0 {
		b = runnertape.Body{Framing: runnertape.Length, Declared: int64(len(body))}
	}
	b.Bytes = int64(len(body))
	x.Request.Body = b
	return body, nil
}

// read gives the response to x, and returns its body.
func (p *Response) read(x *runnertape.Exchange) ([]byte, error) {
	if p.Status == 0 {
		return nil, nil
	}
	if p.Status < 100 || p.Status > 999 {
		return nil, fmt.Errorf("%d is no status", p.Status)
	}
	body, err := content(p.Content.Text, p.Content.Encoding)
	if err != nil {
		return nil, err
	}
	h, err := header(p.Headers)
	if err != nil {
		return nil, err
	}
	h = unpacked(h, len(body), p.Content.Comment)
	head := http1.Response{Status: p.Status, Header: h}
	b, err := head.Framing(x.Request.Method)
	if err != nil || b.Framing == runnertape.NoBody && len(body) > 0 {
		b = runnertape.Body{Framing: runnertape.Length, Declared: int64(len(body))}
	}
	version := proto(p.HTTPVersion)
	if b.Framing == runnertape.ToClose && p.Status != http.StatusSwitchingProtocols && !strings.HasPrefix(version, "HTTP/1.") {
		b = runnertape.Body{Framing: runnertape.Length, Declared: int64(len(body))} // the version has frames
	}
	b.Bytes = int64(len(body))
	x.Response = &runnertape.Response{Status: p.Status, Reason: oneLine(p.StatusText), Proto: version, Header: h, Body: b}
	return body, nil
}

// unpacked are the fields of a response whose body is n bytes without its Content-Encoding.
func unpacked(h runnertape.Header, n int, comment string) runnertape.Header {
	if !h.Has("Content-Encoding") || strings.HasPrefix(comment, packedNote) {
		return h
	}
	kept := h[:0]
	for _, f := range h {
		switch {
		case strings.EqualFold(f.Name, "Content-Encoding"):
			continue
		case strings.EqualFold(f.Name, "Content-Length"):
			f.Value = strconv.Itoa(n)
		}
		kept = append(kept, f)
	}
	return kept
}

// header is without the pseudo fields of HTTP/2 (RFC 9113 §8.3), which browsers list among the others. Several fields
// of a name, as of Set-Cookie, Chrome and Firefox make one, with a line each.
func header(list []NameValue) (runnertape.Header, error) {
	h := make(runnertape.Header, 0, len(list))
	for _, f := range list {
		switch {
		case f.Name == "" || f.Name[0] == ':':
			continue
		case hasControl(f.Name):
			return nil, errors.New("the name of a field has control characters")
		}
		for value := range strings.SplitSeq(f.Value, "\n") {
			h = append(h, runnertape.Field{Name: f.Name, Value: strings.TrimSpace(value)})
		}
	}
	return h, nil
}

// proto is a version in the spelling of HTTP/1.1; browsers write "http/1.1" and "h2".
func proto(version string) string {
	switch v := strings.ToUpper(oneLine(version)); v {
	case "", "UNKNOWN":
		return "HTTP/1.1"
	case "H2", "HTTP/2":
		return "HTTP/2.0"
	case "H3", "HTTP/3":
		return "HTTP/3.0"
	default:
		return v
	}
}

func form(params []NameValue) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value))
	}
	return b.String()
}
