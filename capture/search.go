package capture

import (
	"bytes"
	"regexp"
)

// keepSearched is how much of what was searched is kept for a line that has not ended: more than any sensible request line.
const keepSearched = 1 << 14

// What a message begins with that is searched for. The methods are those runners, git and storage use, and the rest of RFC 9110 §9.
var (
	requestLine = regexp.MustCompile(`(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) [!-~]+ HTTP/1\.[01]\r?\n`)
	statusLine  = regexp.MustCompile(`HTTP/1\.[01] [1-9][0-9][0-9](?: [^\r\n]*)?\r?\n`)
)

// search looks for the next message. It returns what is to be read from its beginning on.
func (h *half) search(p []byte) (rest []byte) {
	c := h.conn
	if c.speaks == unheard && len(h.held) == 0 && looksTLS(p) {
		c.encrypted("")
		return nil
	}
	h.held = append(h.held, p...)
	p = h.held
	at, isRequest := find(requestLine, p), true
	switch h {
	case c.client:
	case c.server():
		at, isRequest = find(statusLine, p), false
		if at >= 0 && len(c.pending) == 0 && c.client.state != lost {
			at = -1 // nobody asked: it is text
		}
	default:
		if status := find(statusLine, p); status >= 0 && (at < 0 || status < at) {
			at, isRequest = status, false
		}
	}
	if at < 0 {
		tail := p[bytes.LastIndexByte(p, '\n')+1:] // a line that has not ended
		h.held = append(h.held[:0], tail[max(0, len(tail)-keepSearched):]...)
		return nil
	}
	if c.client == nil {
		c.client = h
		if !isRequest {
			c.client = h.other()
		}
	}
	h.held = nil
	h.expect()
	return p[at:]
}

// find is where p has a line that is what, or ends in it: what went before may have had no line end.
func find(what *regexp.Regexp, p []byte) int {
	version := []byte("HTTP/1.")
	for from := 0; ; {
		i := bytes.Index(p[from:], version)
		if i < 0 {
			return -1
		}
		i += from
		end := bytes.IndexByte(p[i:], '\n')
		if end < 0 {
			return -1
		}
		end += i + 1
		begin := max(from, bytes.LastIndexByte(p[:i], '\n')+1, i-keepSearched)
		if at := what.FindIndex(p[begin:end]); at != nil {
			return begin + at[0]
		}
		from = end
	}
}
