package proxy

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"runnertape"
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

func (rec *Recorder) rewrites(x *runnertape.Exchange) bool {
	return rec.config.Rewrite != nil && x.Way == runnertape.Reverse && rec.config.Rewrite.Wants(x)
}

// rewrite changes resp for the client, and returns its new body, or nil if the
// body is to be passed on as it is.
func (e *exchanging) rewrite(resp *http.Response) (io.Reader, error) {
	if e.x == nil || e.rec.config.Rewrite == nil || e.x.Way != runnertape.Reverse {
		return nil, nil
	}
	base := "http://" + e.r.Host
	if location := e.rec.backHere(e.x, base); location != "" {
		resp.Header.Set("Location", location)
	}
	if resp.StatusCode/100 != 2 || resp.ContentLength == 0 || !e.rec.config.Rewrite.Wants(e.x) || resp.Header.Get("Content-Encoding") != "" {
		return nil, nil
	}
	var body bytes.Buffer
	tee := io.TeeReader(resp.Body, writerFunc(e.record(runnertape.ResponseSide)))
	if _, err := io.Copy(&body, io.LimitReader(tee, maxRewrite+1)); err != nil {
		return nil, err
	}
	if body.Len() > maxRewrite {
		return nil, errors.New("answer too large for --rewrite-urls")
	}
	changed := e.rec.config.Rewrite.Rewrite(body.Bytes(), base)
	if resp.ContentLength >= 0 {
		resp.ContentLength = int64(len(changed))
		resp.Header.Set("Content-Length", strconv.Itoa(len(changed)))
	}
	return bytes.NewReader(changed), nil
}

// backHere is a redirect's Location made to lead back to the recorder, or "" if
// there is none or it need not be changed.
func (rec *Recorder) backHere(x *runnertape.Exchange, base string) string {
	u, err := locationOf(x)
	if err != nil || u.Host == "" || x.Status() < 300 || x.Status() > 399 {
		return ""
	}
	up := rec.config.Upstream.URL
	host := hostOf(u.Scheme, u.Host)
	if u.Scheme == up.Scheme && host == up.Host {
		return base + u.RequestURI()
	}
	if rec.hosts.has(dialAddress(u.Scheme, host)) {
		return base + elsewhere + u.Scheme + "/" + u.Host + u.RequestURI()
	}
	return ""
}

func locationOf(x *runnertape.Exchange) (*url.URL, error) {
	if x.Response == nil || !x.Response.Header.Has("Location") {
		return nil, errors.New("no Location")
	}
	return url.Parse(x.Response.Header.Get("Location"))
}

type writerFunc func([]byte)

// Write implements io.Writer.
func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
