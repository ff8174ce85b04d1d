package proxy

import (
	"errors"
	"strings"

	"runnertape"
	"runnertape/proxy/http1"
)

// target is where a request goes.
type target struct {
	way    runnertape.Way
	scheme string
	host   string // without the scheme's own port
	uri    string // path and query, verbatim
	header string // Host to send; empty: the client's own
	unread bool   // the host is not one whose traffic is read: pass on, do not record
}

// address is the target with its port.
func (t target) address() string { return dialAddress(t.scheme, t.host) }

// elsewhere begins the path under which a rewritten redirect to another host
// comes back to the recorder: /.runnertape/https/storage.example/path.
const elsewhere = "/.runnertape/"

// target finds out where a request goes. The error says why it goes nowhere.
func (rec *Recorder) target(head *http1.Request, via connection) (target, error) {
	t := target{way: via.way(head), uri: http1.OriginForm(head.Target)}
	switch t.way {
	case runnertape.Connect:
		// The Host field is the client's to choose; where it goes is not.
		t.scheme, t.host = via.scheme, http1.HostOf(via.scheme, via.target)
	case runnertape.Forward:
		scheme, host, err := http1.AbsoluteForm(head.Target)
		if err != nil {
			return t, err
		}
		t.scheme, t.host, t.header = scheme, http1.HostOf(scheme, host), host
	default:
		return rec.reverse(t), nil
	}
	if t.unread = !rec.hosts.has(t.address()); t.unread && rec.config.Closed {
		return t, errors.New(rec.refuse(t.address()))
	}
	return t, nil
}

// reverse is the target of a request that came by the reverse way.
func (rec *Recorder) reverse(t target) target {
	if rest, ok := strings.CutPrefix(t.uri, elsewhere); ok && rec.config.Rewrite != nil {
		scheme, rest, _ := strings.Cut(rest, "/")
		host, path, _ := strings.Cut(rest, "/")
		to := target{way: t.way, scheme: scheme, host: http1.HostOf(scheme, host), uri: "/" + path, header: host}
		// only where a redirect of the upstream led: never an open proxy
		if (scheme == "http" || scheme == "https") && rec.hosts.has(to.address()) {
			return to
		}
	}
	up := rec.config.Upstream.URL
	t.scheme, t.host, t.header = up.Scheme, up.Host, up.Host
	t.uri = underPrefix(up.EscapedPath(), t.uri)
	return t
}

// edit appends the request's head as the upstream gets it: as it came, but that
// request line and Host are for the upstream, and not for a proxy or for the recorder.
func (t target) edit(dst, raw []byte, head *http1.Request, identity bool) []byte {
	first := ""
	if t.way != runnertape.Connect && t.uri != head.Target {
		first = head.Method + " " + t.uri + " " + head.Proto
	}
	return http1.Edit(dst, raw, first, func(name string) (value string, changed, drop bool) {
		switch {
		case t.header != "" && strings.EqualFold(name, "Host"):
			return t.header, true, false
		case t.way == runnertape.Forward && (strings.EqualFold(name, "Proxy-Authorization") || strings.EqualFold(name, "Proxy-Connection")):
			return "", false, true // meant for us
		case identity && strings.EqualFold(name, "Accept-Encoding"):
			return "identity", true, false
		}
		return "", false, false
	})
}

// underPrefix puts uri below the upstream's relative URL root, unless it is
// there already: the runner's url may name the root or not.
func underPrefix(prefix, uri string) string {
	if rest, ok := strings.CutPrefix(uri, prefix); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') || uri == "*" {
		return uri
	}
	return prefix + uri
}
