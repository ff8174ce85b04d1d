package proxy

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/proxy/http1"
)

// Rewriter changes what clients of the reverse way are answered, so that the
// URLs in it lead back to the recorder. What is recorded stays as it was.
type Rewriter interface {
	// Wants tells by its request whether the body of the answer to x has such URLs.
	Wants(x *runnertape.Exchange) bool
	// Rewrite returns body with the upstream's URLs leading to base, a URL without path.
	Rewrite(body []byte, base string) []byte
}

// maxRewrite bounds a body that is held to be rewritten; GitLab's job payloads
// are some kilobytes.
const maxRewrite = 16 << 20

// wantsRewrite tells by its request whether the body of the answer to x is to be changed.
func (rec *Recorder) wantsRewrite(x *runnertape.Exchange) bool {
	return rec.config.Rewrite != nil && x != nil && x.Way == runnertape.Reverse && rec.config.Rewrite.Wants(x)
}

// rewriting is what is changed of one answer. The zero value changes nothing.
type rewriting struct {
	rec  *Recorder
	base string // where the client finds the recorder
	to   string // new Location; empty: as it is
	body bool   // the body is to be rewritten
}

// rewriting looks at the head of an answer.
func (rec *Recorder) rewriting(e *exchanging, framing runnertape.Framing) rewriting {
	if rec.config.Rewrite == nil || e.x == nil || e.x.Way != runnertape.Reverse || e.host == "" {
		return rewriting{}
	}
	w := rewriting{rec: rec, base: "http://" + e.host}
	w.to = rec.backHere(e.x, w.base)
	if e.x.Status()/100 != 2 || framing == runnertape.NoBody || !e.rewrite {
		return w
	}
	if encoding := e.x.Response.Header.Get("Content-Encoding"); encoding != "" {
		rec.config.Logger.Warn("URLs in an answer were not rewritten: it is encoded", "exchange", e.id, "encoding", encoding)
		return w
	}
	w.body = true
	return w
}

// head appends the head as the client gets it.
func (w rewriting) head(dst, raw []byte, length string) []byte {
	if w.to == "" && length == "" {
		return append(dst, raw...)
	}
	return http1.Edit(dst, raw, "", func(name string) (value string, changed, drop bool) {
		switch {
		case w.to != "" && strings.EqualFold(name, "Location"):
			return w.to, true, false
		case length != "" && strings.EqualFold(name, "Content-Length"):
			return length, true, false
		}
		return "", false, false
	})
}

var errTooLarge = errors.New("too large to be rewritten")

// pass passes a response on with its body rewritten. It ends as passing.run does.
func (w rewriting) pass(f *passing, framing runnertape.Framing) error {
	wire, content, err := f.hold(w.rec.maxRewrite)
	if err == errTooLarge {
		w.rec.config.Logger.Warn("URLs in an answer were not rewritten: it is too large", "exchange", f.e.id, "limit_bytes", w.rec.maxRewrite)
		if err := f.write(wire); err != nil {
			return outError{err}
		}
		return f.run()
	}
	changed := wire
	if err == nil || err == io.EOF && framing == runnertape.ToClose {
		changed = w.rec.config.Rewrite.Rewrite(content, w.base)
		switch framing {
		case runnertape.Length:
			f.setLead(func(b []byte) []byte { return w.head(b, f.lead.bytes(), strconv.Itoa(len(changed))) })
		case runnertape.Chunked:
			changed = inOneChunk(changed, f.body.TrailerLines())
		}
	}
	f.e.answer()
	if f.last != nil {
		f.last()
	}
	if err := f.write(changed); err != nil {
		return outError{err}
	}
	return err
}

func inOneChunk(content, trailerLines []byte) []byte {
	var wire []byte
	if len(content) > 0 {
		wire = append(append(fmt.Appendf(wire, "%x\r\n", len(content)), content...), "\r\n"...)
	}
	return append(append(wire, "0\r\n"...), trailerLines...)
}

// backHere is a redirect's Location made to lead back to the recorder, or "" if
// there is none or it need not be changed.
func (rec *Recorder) backHere(x *runnertape.Exchange, base string) string {
	u, err := locationOf(x)
	if err != nil || u.Host == "" || x.Status() < 300 || x.Status() > 399 {
		return ""
	}
	scheme := u.Scheme
	if scheme == "" { // "//host/path"
		scheme = x.Scheme
	}
	up := rec.config.Upstream.URL
	host := http1.HostOf(scheme, u.Host)
	rest := http1.AfterHost(x.Response.Header.Get("Location"))
	if scheme == up.Scheme && host == up.Host {
		return base + rest
	}
	if (scheme == "http" || scheme == "https") && rec.hosts.has(dialAddress(scheme, host)) {
		return base + elsewhere + scheme + "/" + u.Host + rest
	}
	return ""
}

func locationOf(x *runnertape.Exchange) (*url.URL, error) {
	if x.Response == nil || !x.Response.Header.Has("Location") {
		return nil, errors.New("no Location")
	}
	return url.Parse(x.Response.Header.Get("Location"))
}
