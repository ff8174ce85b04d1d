package http1

import (
	"net/url"
	"strings"
)

// OriginForm is a request's target as it was on the wire, without scheme and host (RFC 9112 §3.2).
func OriginForm(target string) string {
	if strings.HasPrefix(target, "/") || target == "*" {
		return target
	}
	return AfterHost(target)
}

// AbsoluteForm takes scheme and host out of a target in absolute form.
func AbsoluteForm(target string) (scheme, host string, err error) {
	scheme, rest, ok := strings.Cut(target, "://")
	scheme = strings.ToLower(scheme)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if u, err := url.Parse("//" + rest); !ok || scheme != "http" && scheme != "https" || err != nil || u.Hostname() == "" {
		return "", "", SyntaxError("its target is neither a path nor an http:// or https:// URL with a host")
	}
	return scheme, rest, nil
}

// AfterHost is what follows the host in an absolute URL, verbatim, at least "/".
func AfterHost(u string) string {
	_, rest, _ := strings.Cut(u, "//")
	i := strings.IndexAny(rest, "/?#")
	if i < 0 {
		return "/"
	}
	if rest[i] != '/' {
		return "/" + rest[i:]
	}
	return rest[i:]
}

// HostOf is hostport in lower case, without the port if it is the scheme's own.
func HostOf(scheme, hostport string) string {
	hostport = strings.ToLower(hostport)
	port := ":80"
	if scheme == "https" {
		port = ":443"
	}
	host, ok := strings.CutSuffix(hostport, port)
	if !ok || strings.Contains(host, ":") && !strings.HasSuffix(host, "]") { // an IPv6 address without a port
		return hostport
	}
	return host
}
