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
	if rest, ok := strings.CutPrefix(uri, prefix); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') {
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
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			rest = rest[i:]
		} else {
			rest = ""
		}
		if !strings.HasPrefix(rest, "/") {
			rest = "/" + rest
		}
		return rest
	}
	return r.URL.RequestURI()
}

// url is the address for net/http's Transport, which sends an opaque part as
// it is: nothing is unescaped and escaped again.
func (t target) url() *url.URL {
	u := &url.URL{Scheme: t.scheme, Host: t.host}
	if strings.HasPrefix(t.uri, "//") { // would be sent in absolute form
		u.Path, u.RawQuery, _ = strings.Cut(t.uri, "?")
		u.RawPath = u.Path
		if path, err := url.PathUnescape(u.Path); err == nil {
			u.Path = path
		}
		return u
	}
	u.Opaque = t.uri
	return u
}
