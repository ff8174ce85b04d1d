package proxy

import (
	"net/http"
	"net/url"
	"strings"

	"runnertape"
)

// target is where a request goes.
type target struct {
	scheme string
	host   string // without the scheme's own port
	uri    string // path and query, verbatim
	header string // Host header to send
	unread bool   // the host is not one whose traffic is read: pass on, do not record
}

// address is the target with its port.
func (t target) address() string { return dialAddress(t.scheme, t.host) }

// elsewhere begins the path under which a rewritten redirect to another host
// comes back to the recorder: /.runnertape/https/storage.example/path.
const elsewhere = "/.runnertape/"

// target finds out where r goes.
func (rec *Recorder) target(r *http.Request) target {
	if ArrivalOf(r).Way != runnertape.Reverse {
		t := target{scheme: r.URL.Scheme, host: r.URL.Host, uri: originForm(r), header: r.Host}
		t.unread = !rec.hosts.has(t.address())
		return t
	}
	uri := originForm(r)
	if rest, ok := strings.CutPrefix(uri, elsewhere); ok && rec.config.Rewrite != nil {
		scheme, rest, _ := strings.Cut(rest, "/")
		host, path, _ := strings.Cut(rest, "/")
		t := target{scheme: scheme, host: hostOf(scheme, host), uri: "/" + path, header: host}
		// only where a redirect of the upstream led: never an open proxy
		if (scheme == "http" || scheme == "https") && rec.hosts.has(t.address()) {
			return t
		}
	}
	up := rec.config.Upstream.URL
	return target{scheme: up.Scheme, host: up.Host, uri: underPrefix(up.EscapedPath(), uri), header: up.Host}
}

// underPrefix puts uri below the upstream's relative URL root, unless it is
// there already: the runner's url may name the root or not.
func underPrefix(prefix, uri string) string {
	if rest, ok := strings.CutPrefix(uri, prefix); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') || uri == "*" {
		return uri
	}
	return prefix + uri
}

// originForm is the request's target as it was on the wire, without scheme and host.
func originForm(r *http.Request) string {
	uri := r.RequestURI
	if strings.HasPrefix(uri, "/") || uri == "*" {
		return uri
	}
	return afterHost(uri)
}

// afterHost is what follows the host in an absolute URL, verbatim, at least "/".
func afterHost(u string) string {
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

// url is the address for net/http's Transport, which sends an opaque part as
// it is: nothing is unescaped and escaped again.
func (t target) url() *url.URL {
	u := &url.URL{Scheme: t.scheme, Host: t.host, Opaque: t.uri}
	if !strings.HasPrefix(t.uri, "//") {
		return u
	}
	// As an opaque part this would be sent in absolute form.
	var query bool
	u.Opaque = ""
	u.RawPath, u.RawQuery, query = strings.Cut(t.uri, "?")
	u.ForceQuery = query && u.RawQuery == ""
	u.Path = u.RawPath
	if path, err := url.PathUnescape(u.RawPath); err == nil {
		u.Path = path
	}
	return u
}
