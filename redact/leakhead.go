package redact

import (
	"runnertape"
	"runnertape/decode"
)

// HeadLeaks are the leaks of everything that x says itself, without its bodies. Part is which of it:
// "request target", "response header Location".
func (r *Redactor) HeadLeaks(x *runnertape.Exchange, found func(part string, l Leak)) {
	text := func(part, s string) {
		for _, l := range r.Leaks([]byte(s)) {
			found(part, l)
		}
	}
	header := func(part string, h runnertape.Header) {
		for _, f := range h {
			for _, l := range r.fieldLeaks(f) {
				found(part+" "+f.Name, l)
			}
		}
	}
	target := x.Request.Target
	switch decode.Classify(x.Request.Method, x.Request.Path()).Endpoint {
	case decode.Unknown, decode.Git:
		text("request target", target)
	default: // the path stays as it is, as in target
		path := len(x.Request.Path())
		for _, l := range r.Leaks([]byte(target[path:])) {
			l.At += path
			found("request target", l)
		}
	}
	header("request header", x.Request.Header)
	header("request trailer", x.Request.Trailer)
	for _, interim := range x.Interim {
		header("interim header", interim.Header)
	}
	if x.Response != nil {
		text("response reason", x.Response.Reason)
		header("response header", x.Response.Header)
		header("response trailer", x.Response.Trailer)
	}
	if x.Failure != nil {
		text("failure", x.Failure.Text)
	}
}

// DecodedLeaks are those of what an exchange was decoded to, as HeadLeaks tells of them.
func (r *Redactor) DecodedLeaks(d *runnertape.Decoded, found func(part string, l Leak)) {
	for _, l := range r.jsonLeaks(d.Message) {
		found("decoded message", l)
	}
	for _, text := range []string{d.Gist, d.Runner.Token, d.Runner.SystemID, d.Runner.Version, d.Runner.Executor} {
		for _, l := range r.Leaks([]byte(text)) {
			found("decoded gist", l)
		}
	}
}

// fieldLeaks are those of a header field's value.
func (r *Redactor) fieldLeaks(f runnertape.Field) []Leak {
	kind := kindOf(f.Name)
	if kind == framing || f.Value == "" {
		return nil
	}
	prefix := f.Name + ": "
	var all []Leak
	for _, l := range r.Leaks([]byte(prefix + f.Value)) {
		if l.At -= len(prefix); l.At >= 0 {
			all = append(all, l)
		}
	}
	if len(all) > 0 || kind != login && kind != credential && kind != jobToken {
		return all
	}
	if now := r.lockedHeader(runnertape.Header{f}); now[0].Value != f.Value { // too short to be known wherever it stands
		secret := bare(f.Value)
		all = append(all, Leak{Kind: "credentials", At: len(f.Value) - len(secret), Len: len(secret), Where: f.Name, Value: secret})
	}
	return all
}

// lockedHeader is header, for who does not hold r.mu.
func (r *Redactor) lockedHeader(h runnertape.Header) runnertape.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.header(h)
}
