package proxy

import (
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"runnertape"
)

// hopByHop fields concern one connection and are not passed on (RFC 9110
// §7.6.1), nor are those that Connection names.
var hopByHop = []string{
	"Connection",
	"Keep-Alive",
	"Proxy-Connection",
	"Te",
	"Upgrade",
}

// endToEnd copies h without hop-by-hop fields. An upgrade that is asked for
// or granted is passed on.
func endToEnd(h http.Header) http.Header {
	out := h.Clone()
	upgrade := upgradeOf(h)
	trailers := hasToken(h, "Te", "trailers")
	for _, value := range h["Connection"] {
		for name := range strings.SplitSeq(value, ",") {
			if name = textproto.TrimString(name); name != "" {
				out.Del(name)
			}
		}
	}
	for _, name := range hopByHop {
		out.Del(name)
	}
	if upgrade != "" {
		out.Set("Connection", "Upgrade")
		out.Set("Upgrade", upgrade)
	}
	if trailers {
		out.Set("Te", "trailers")
	}
	return out
}

// upgradeOf is the protocol that h asks for or grants, or "".
func upgradeOf(h http.Header) string {
	if !hasToken(h, "Connection", "upgrade") {
		return ""
	}
	return h.Get("Upgrade")
}

func hasToken(h http.Header, name, token string) bool {
	for _, value := range h[name] {
		for t := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(textproto.TrimString(t), token) {
				return true
			}
		}
	}
	return false
}

// recordedHeader is h as the exchange keeps it, with the Host first that net/http
// takes out, and the Trailer.
func recordedHeader(host string, h, trailer http.Header) runnertape.Header {
	var fields runnertape.Header
	if host != "" {
		fields = append(fields, runnertape.Field{Name: "Host", Value: host})
	}
	fields = append(fields, runnertape.HeaderOf(h)...)
	if names := trailerNames(trailer); names != "" {
		fields = append(fields, runnertape.Field{Name: "Trailer", Value: names})
	}
	return fields
}

// trailerNames is the value of the Trailer field that announces h.
func trailerNames(h http.Header) string {
	return strings.Join(slices.Sorted(maps.Keys(h)), ", ")
}

// reasonOf is the text after the status code, verbatim.
func reasonOf(r *http.Response) string {
	_, reason, _ := strings.Cut(r.Status, " ")
	return reason
}

// requestFraming says how a request's body was delimited.
func requestFraming(r *http.Request) runnertape.Body {
	switch {
	case len(r.TransferEncoding) > 0:
		return runnertape.Body{Framing: runnertape.Chunked}
	case r.ContentLength > 0 || r.Header.Get("Content-Length") != "":
		return runnertape.Body{Framing: runnertape.Length, Declared: r.ContentLength}
	}
	return runnertape.Body{Framing: runnertape.NoBody}
}

// responseFraming says how a response's body was delimited.
func responseFraming(method string, r *http.Response) runnertape.Body {
	switch {
	case r.StatusCode == http.StatusSwitchingProtocols:
		return runnertape.Body{Framing: runnertape.ToClose}
	case r.StatusCode == http.StatusNoContent, r.StatusCode == http.StatusNotModified, method == http.MethodHead:
		return runnertape.Body{Framing: runnertape.NoBody, Declared: max(r.ContentLength, 0)}
	case len(r.TransferEncoding) > 0:
		return runnertape.Body{Framing: runnertape.Chunked}
	case r.ContentLength >= 0:
		return runnertape.Body{Framing: runnertape.Length, Declared: r.ContentLength}
	}
	return runnertape.Body{Framing: runnertape.ToClose}
}
