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

// rewrites tells by its request whether the body of the answer to x is to be changed.
func (rec *Recorder) rewrites(x *runnertape.Exchange) bool {
	return rec.config.Rewrite != nil && x.Way == runnertape.Reverse && rec.config.Rewrite.Wants(x)
}

// rewrite changes resp for the client, and returns its new body, or nil if the
// body is to be passed on as it is.
func (e *exchanging) rewrite(resp *http.Response) (io.Reader, error) {
	if e.x == nil || e.rec.config.Rewrite == nil || e.x.Way != runnertape.Reverse || e.r.Host == "" {
		return nil, nil
	}
	base := "http://" + e.r.Host
	if location := e.rec.backHere(e.x, base); location != "" {
		resp.Header.Set("Location", location)
	}
	if resp.StatusCode/100 != 2 || resp.ContentLength == 0 || e.r.Method == http.MethodHead || !e.rec.rewrites(e.x) {
		return nil, nil
	}
	if encoding := resp.Header.Get("Content-Encoding"); encoding != "" {
		e.rec.config.Logger.Warn("URLs in an answer were not rewritten: it is encoded", "exchange", e.x.ID, "encoding", encoding)
		return nil, nil
	}
	tee := io.TeeReader(resp.Body, writerFunc(e.record(runnertape.ResponseSide)))
	var body bytes.Buffer
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	if _, err := io.CopyBuffer(struct{ io.Writer }{&body}, io.LimitReader(tee, e.rec.maxRewrite+1), *buf); err != nil {
		return nil, err
	}
	if int64(body.Len()) > e.rec.maxRewrite {
		e.rec.config.Logger.Warn("URLs in an answer were not rewritten: it is too large", "exchange", e.x.ID, "limit_bytes", e.rec.maxRewrite)
		return io.MultiReader(&body, tee), nil
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
	scheme := u.Scheme
	if scheme == "" { // "//host/path"
		scheme = x.Scheme
	}
	up := rec.config.Upstream.URL
	host := hostOf(scheme, u.Host)
	rest := afterHost(x.Response.Header.Get("Location"))
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

type writerFunc func([]byte)

// Write implements io.Writer.
func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
