package replay

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
)

// lines are recorded answers by request line, and by what is left of it without credentials:
// whoever brings a token of his own asks for the same.
type lines struct{ exact, anonymous map[string][]*series }

func newLines() lines { return lines{map[string][]*series{}, map[string][]*series{}} }

// add takes the answer of x under the key of its target.
func (l lines) add(x *runnertape.Exchange, key func(target string) string) {
	host, a := hostPort(x.Scheme, x.Host), remember(x)
	who := redact.Credential(x.Request.Target, x.Request.Header)
	add(l.exact, key(x.Request.Target), host, who, &a)
	add(l.anonymous, key(redact.Anonymous(x.Request.Target)), host, who, &a)
}

func add(all map[string][]*series, key, host, who string, a *recorded) {
	for _, s := range all[key] {
		if s.host == host {
			s.add(who, a)
			return
		}
	}
	s := &series{host: host}
	s.add(who, a)
	all[key] = append(all[key], s)
}

// take is the answer that is next for a request, nil if there is none. It is looked for by the
// request line as it came; then as it was recorded, with stand-ins; and then, which is
// told, without credentials. Among hosts the one that the runner named goes first; in
// reverse it cannot name any.
func (l lines) take(req *http.Request, live *redact.Request, key func(target string) string) (a *recorded, anonymous bool) {
	target := req.URL.RequestURI()
	found := l.exact[key(target)]
	if found == nil {
		found = l.exact[key(live.Target())]
	}
	if found == nil {
		found, anonymous = l.anonymous[key(redact.Anonymous(target))], true
	}
	if found == nil {
		return nil, false
	}
	one := found[0]
	if req.URL.Host != "" {
		host := hostPort(req.URL.Scheme, req.URL.Host)
		for _, s := range found {
			if s.host == host {
				one = s
			}
		}
	}
	return one.take(live), anonymous
}

// otherKey makes request lines without the relative URL root; of caches without the query, as runners of each version
// sign in another way.
func otherKey(method string, call decode.Call) func(target string) string {
	return func(target string) string {
		if path, query, _ := strings.Cut(target, "?"); decode.IsCache(method, path, query) {
			target = path
		}
		return method + " " + strings.TrimPrefix(target, call.Prefix)
	}
}

// other answers whatever the protocol has no rule for, of a job script, of a registry, of
// another host: as recorded, in order.
func (r *Replayer) other(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	if r.isCache(req) {
		switch req.Method {
		case http.MethodPut:
			return r.putCache(w, req)
		case http.MethodGet, http.MethodHead:
			if o, ok := r.getCache(w, req); ok {
				return o
			}
		}
	}
	io.Copy(io.Discard, r.body(w, req)) // a client that is still writing would see a broken pipe
	live := r.live(req)
	known, key := r.index.others.get(r.index), otherKey(req.Method, call)
	if a, anonymous := known.take(req, live, key); a != nil {
		r.tellAnonymous(req, anonymous)
		return r.replayHere(w, req, a, call.Prefix)
	}
	reason := "no " + req.Method + " of that address was recorded"
	if req.URL.Host != "" && !r.index.knownHost(req.URL.Scheme, req.URL.Host) {
		reason = "nothing of " + req.URL.Host + " was recorded"
	} else if n, ok := known.nearest(key(redact.Anonymous(live.Target()))); ok {
		reason += fmt.Sprintf("; exchange %d is nearest: %s", n.exchange, n.differs)
	}
	return r.miss(w, req, r.jobOf(live), reason)
}

// tellAnonymous counts an answer that was found without credentials only.
func (r *Replayer) tellAnonymous(req *http.Request, anonymous bool) {
	if anonymous {
		r.anonymous.Add(1)
		r.debug(req, "answered by the address without its credentials")
	}
}

// replayHere gives a recorded answer with its Location, if that names the
// upstream, made to lead to us.
func (r *Replayer) replayHere(w http.ResponseWriter, req *http.Request, a *recorded, prefix string) outcome {
	to := here(req, prefix)
	location := a.header.Get("Location")
	if to == "" || location == "" {
		return r.replay(w, req, a)
	}
	moved := *a
	moved.header = a.header.Clone()
	for i, f := range moved.header {
		if strings.EqualFold(f.Name, "Location") {
			moved.header[i].Value = string(decode.RewriteURLs([]byte(f.Value), r.index.knownBases(), to))
		}
	}
	return r.replay(w, req, &moved)
}
