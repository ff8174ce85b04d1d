package http1

import (
	"bytes"
	"strings"

	"runnertape"
)

// EmptyLines is the length of the empty lines that b begins with. Before a request
// they mean nothing (RFC 9112 §2.2).
func EmptyLines(b []byte) (n int) {
	for {
		switch {
		case bytes.HasPrefix(b[n:], []byte("\n")):
			n++
		case bytes.HasPrefix(b[n:], []byte("\r\n")):
			n += 2
		default:
			return n
		}
	}
}

// HeadEnd is the length of the head that b begins with, its empty line
// and those before it included, or 0 if b does not hold all of it. The first seen bytes are known to hold no end.
func HeadEnd(b []byte, seen int) int {
	for i := max(seen-2, EmptyLines(b)); ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return 0
		}
		i += n + 1
		switch rest := b[i:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return i + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return i + 2
		}
	}
}

// cutLine is the first line of s, without its end, and what follows.
func cutLine(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

// SyntaxError says why bytes are no message of HTTP/1.x. All errors of this
// package are of this type.
type SyntaxError string

// Error implements error.
func (e SyntaxError) Error() string { return string(e) }

const errNoName = SyntaxError("a line of its head has no field name")

// parseFields reads the lines of a head after the first, or trailers. Values
// are without the blanks around them.
func parseFields(s string) (runnertape.Header, error) {
	h := make(runnertape.Header, 0, 16)
	for {
		line, rest := cutLine(s)
		if line == "" {
			return h, nil
		}
		s = rest
		if line[0] == ' ' || line[0] == '\t' { // obs-fold, RFC 9112 §5.2
			if len(h) == 0 {
				return nil, errNoName
			}
			h[len(h)-1].Value += " " + trim(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, errNoName
		}
		h = append(h, runnertape.Field{Name: name, Value: trim(value)})
	}
}

func trim(s string) string { return strings.Trim(s, " \t") }

// isToken tells whether s is a field name or a method (RFC 9110 §5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return s != ""
}

// Request is the head of a request.
type Request struct {
	Method, Target, Proto string
	Header                runnertape.Header
}

// ParseRequest reads a whole head. It shares memory with s.
func ParseRequest(s string) (*Request, error) {
	line, rest := cutLine(s)
	method, after, ok := strings.Cut(line, " ")
	i := strings.LastIndexByte(after, ' ')
	if !ok || i < 0 || !isToken(method) || !isProto(after[i+1:]) || i == 0 || strings.ContainsAny(after[:i], " \t") {
		return nil, SyntaxError("it does not begin with a request line of HTTP/1.x")
	}
	h, err := parseFields(rest)
	if err != nil {
		return nil, err
	}
	return &Request{Method: method, Target: after[:i], Proto: after[i+1:], Header: h}, nil
}

func isProto(s string) bool {
	return len(s) == len("HTTP/1.x") && s[:7] == "HTTP/1." && '0' <= s[7] && s[7] <= '9'
}

// Response is the head of a response.
type Response struct {
	Status        int
	Reason, Proto string
	Header        runnertape.Header
}

// ParseResponse reads a whole head. It shares memory with s.
func ParseResponse(s string) (*Response, error) {
	line, rest := cutLine(s)
	proto, after, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(after, " ")
	var status int
	if len(code) == 3 {
		for i := range 3 {
			status = 10*status + int(code[i]) - '0'
		}
	}
	if !isProto(proto) || status < 100 || status > 999 || strings.Trim(code, "0123456789") != "" {
		return nil, SyntaxError("it does not begin with a status line of HTTP/1.x")
	}
	h, err := parseFields(rest)
	if err != nil {
		return nil, err
	}
	return &Response{Status: status, Reason: reason, Proto: proto, Header: h}, nil
}
