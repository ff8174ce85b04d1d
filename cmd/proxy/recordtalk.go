package main

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/redact"
)

// recordBanner says where the recorder listens and how to point a runner at it.
func (p *process) recordBanner(s *recordSettings, ca *proxy.CA, ln net.Listener) {
	here := "http://" + reachable(ln.Addr())
	p.say("recording %s to %s", s.upstream.URL, s.path)
	p.sayListening(ln)
	if s.allowRemote {
		p.say("  it serves only %s; what asks for other hosts is refused", strings.Join(append([]string{s.upstream.URL.Host}, s.intercept...), ", "))
	}
	p.say("reverse way: url = %q in config.toml, or --url %s", here, here)
	if s.rewriteURLs {
		p.say("  the runner gets changed URLs, so that git and storage come this way too")
	} else {
		p.say("  git and redirects to storage go past it then: add clone_url = %q, or use --rewrite-urls, or a forward way", here)
	}
	if s.upstream.URL.Scheme == "https" {
		p.say("forward way: HTTPS_PROXY=%s in the runner's environment, tls-ca-file = %q in config.toml", here, ca.File())
		p.sayWide(ca)
	} else {
		p.say("forward way: HTTP_PROXY=%s in the runner's environment, and http_proxy likewise for git", here)
	}
	if host := s.upstream.URL.Hostname(); host == "localhost" || isLoopback(host) {
		named := *s.upstream.URL
		if named.Host = "gitlab.test"; s.upstream.URL.Port() != "" {
			named.Host += ":" + s.upstream.URL.Port()
		}
		p.say("  Go programs never use a proxy for %s: give GitLab another name, in the runner's url and here, as in --upstream %s --resolve gitlab.test=%s", host, &named, host)
	}
	if s.ownRoots {
		p.say("this system has no root certificates: upstreams are checked with those of Mozilla in this program, as of when it was built")
	}
	if s.keepSecrets {
		p.warnKept(s.path)
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// watcher sees exchanges as they end.
type watcher struct {
	p       *process
	failed  atomic.Int64 // exchanges that were broken off
	refused atomic.Int64 // exchanges that were answered 502, because the upstream could not be reached
	jobs    atomic.Int64 // handed out
	opaque  opaqueCount
	search  *archiveSearch
	router  atomic.Bool // the job router was offered
}

func (w *watcher) ended(x *runnertape.Exchange, m decode.Message) {
	switch {
	case x.Response != nil && x.Response.Ours:
		w.refused.Add(1)
	case x.Failure != nil:
		w.failed.Add(1)
	}
	w.opaque.see(x)
	w.search.see(x)
	w.p.warnNotKept(x)
	switch m := m.(type) {
	case *decode.RequestJobMessage:
		if m.Job != nil {
			w.jobs.Add(1)
			w.p.say("job %d %q handed to a runner", m.Job.ID, m.Job.JobInfo.Name)
		}
	case *decode.RouterDiscoveryMessage:
		if x.Status() == http.StatusOK && !w.router.Swap(true) {
			w.p.log.Warn("GitLab offers its job router: jobs handed out there are not seen here; run the runner without FF_USE_JOB_ROUTER")
		}
	}
}

// unread is an address, and what went there.
func unread(address string, n proxy.TunnelCount) []string {
	parts := []string{address}
	if n.Connections > 0 {
		parts = append(parts, count(n.Connections, "tunnel")+" with "+byteSize(n.Bytes))
	}
	if n.Requests > 0 {
		parts = append(parts, count(n.Requests, "plain request"))
	}
	return parts
}

// recordSummary says what was recorded, and what was not.
func (p *process) recordSummary(s *recordSettings, rec *proxy.Recorder, secrets *redact.Redactor, w *watcher) {
	p.sayMade("recorded", s.path, int64(rec.Exchanges()), w.jobs.Load())
	if n := w.failed.Load(); n > 0 {
		p.say("%s broken off; see proxy dump %s", count(n, "exchange"), s.path)
	}
	if n := w.refused.Load(); n > 0 {
		p.say("%s answered with 502, because GitLab could not be reached", count(n, "exchange"))
	}
	tunnelled := rec.Tunnels().Counts()
	for _, address := range slices.Sorted(maps.Keys(tunnelled)) {
		n := tunnelled[address]
		if n.Refused > 0 {
			p.say("refused: %s, %s; --intercept serves a host", address, count(n.Refused, "request"))
			continue
		}
		p.say("not read: %s; --intercept reads a host", strings.Join(unread(address, n), ", "))
	}
	p.sayOpaque(&w.opaque, s.opaque, secrets == nil)
	w.search.tell()
	p.sayNotReplaced(secrets)
}
