package main

import (
	"fmt"
	"maps"
	"slices"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
)

// importWatcher counts exchanges as they end.
type importWatcher struct {
	p         *process
	exchanges int64
	failed    int64
	jobs      int64 // handed out
	opaque    opaqueCount
	search    *archiveSearch
	unknown   int64 // calls of the runner API to another GitLab
}

func (w *importWatcher) ended(x *runnertape.Exchange, m decode.Message) {
	w.exchanges++
	if x.Failure != nil {
		w.failed++
	}
	if m, ok := m.(*decode.RequestJobMessage); ok && m.Job != nil {
		w.jobs++
	}
	if x.Decoded.Endpoint == string(decode.Unknown) && decode.Classify(x.Request.Method, x.Request.Path()).Endpoint != decode.Unknown {
		w.unknown++
	}
	w.opaque.see(x)
	w.search.see(x)
	w.p.warnNotKept(x)
}

// importBanner says what is taken for granted.
func (p *process) importBanner(s *importSettings) {
	switch {
	case s.upstream == "":
		p.log.Warn("no call of the runner API is in " + s.from)
	case s.guessed:
		p.say("upstream is %s, where the first call of the runner API went; --upstream says otherwise", s.upstream)
	}
	if s.keepSecrets {
		p.warnKept(s.to)
	}
}

// importSummary says what is in the recording.
func (p *process) importSummary(s *importSettings, w *importWatcher, secrets *redact.Redactor) {
	p.sayMade("imported", s.to, w.exchanges, w.jobs)
	if w.failed > 0 {
		p.say("%s not whole; see proxy dump --errors %s", count(w.failed, "exchange"), s.to)
	}
	if w.unknown > 0 {
		p.say("%s of the runner API went to other hosts than %s; --upstream chooses the GitLab", count(w.unknown, "call"), s.upstream)
	}
	p.sayOpaque(&w.opaque, s.opaque, secrets == nil)
	w.search.tell()
	p.sayNotReplaced(secrets)
}

func (i *importedCapture) tell(p *process) {
	s := i.summary
	p.say("read %s of %s, %s", count(s.Packets, "packet"), s.Last.Sub(s.First).Round(1e6), count(s.Connections, "TCP connection"))
	if s.Broken != nil {
		p.log.Warn(fmt.Sprintf("the file ends in the middle, after packet %d: %v", s.Packets, s.Broken))
	}
	if s.Gaps > 0 {
		p.log.Warn(fmt.Sprintf("%s, %s in all, not captured; the exchanges they are in say where", count(s.Gaps, "piece"), byteSize(s.Missing)))
	}
	if s.Cut > 0 {
		p.log.Warn(fmt.Sprintf("%s cut short by a snap length; capture with tcpdump -s 0", count(s.Cut, "packet")))
	}
	if s.Damaged > 0 {
		p.log.Warn(fmt.Sprintf("%s not readable", count(s.Damaged, "packet")))
	}
	for _, host := range slices.Sorted(maps.Keys(s.TLS)) {
		p.say("not read: %s to %s, which cannot be read from a capture; use proxy record", count(s.TLS[host], "TLS connection"), host)
	}
	if s.NotHTTP > 0 {
		p.say("not read: %s without HTTP/1.x", count(s.NotHTTP, "connection"))
	}
}
