package replay

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"runnertape"
	"runnertape/decode"
)

// lines are recorded answers by request line.
type lines map[string][]*series

// series is the answers to one request line at one host, in recorded order.
type series struct {
	host    string // host:port
	answers []*recorded
	next    atomic.Int64 // how many were given
}

// add takes the answer of x under key.
func (l lines) add(key string, x *runnertape.Exchange) {
	host := hostPort(x.Scheme, x.Host)
	a := remember(x)
	for _, s := range l[key] {
		if s.host == host {
			s.answers = append(s.answers, &a)
			return
		}
	}
	l[key] = append(l[key], &series{host: host, answers: []*recorded{&a}})
}

// take is the answer that is next under key, the last again and again; nil if
// there is none. Among hosts the one that the runner named goes first; in
// reverse it cannot name any.
func (l lines) take(key string, req *http.Request) *recorded {
	all := l[key]
	if len(all) == 0 {
		return nil
	}
	one := all[0]
	if req.URL.Host != "" {
		host := hostPort(req.URL.Scheme, req.URL.Host)
		for _, s := range all {
			if s.host == host {
				one = s
			}
		}
	}
	at := min(one.next.Add(1), int64(len(one.answers))) - 1
	return one.answers[at]
}

// addOther takes an exchange that is no call of the runner: of a job script,
// of a registry, of another host.
func (ix *index) addOther(x *runnertape.Exchange, call decode.Call) {
	ix.others.add(x.Request.Method+" "+strings.TrimPrefix(x.Request.Target, call.Prefix), x)
}

// other answers whatever the protocol has no rule for: as recorded, in order.
func (r *Replayer) other(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	io.Copy(io.Discard, r.body(w, req)) // a client that is still writing would see a broken pipe
	target := strings.TrimPrefix(req.URL.RequestURI(), call.Prefix)
	if a := r.index.others.take(req.Method+" "+target, req); a != nil {
		return r.replayHere(w, req, a, call.Prefix)
	}
	reason := "no " + req.Method + " of that address was recorded"
	if req.URL.Host != "" && !r.index.hosts[hostPort(req.URL.Scheme, req.URL.Host)] {
		reason = "nothing of " + req.URL.Host + " was recorded"
	}
	return r.miss(w, req, call.JobID, reason)
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
			moved.header[i].Value = string(decode.RewriteURLs([]byte(f.Value), r.bases, to))
		}
	}
	return r.replay(w, req, &moved)
}
