package main

import (
	"fmt"
	"net"
	"strings"

	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/store"
)

func (p *process) replayBanner(path string, r *replay.Replayer, ca *proxy.CA, ln net.Listener) error {
	here := "http://" + reachable(ln.Addr())
	facts := r.Facts()
	jobs, err := r.First(bannerJobs)
	if err != nil {
		return err
	}
	unrecorded, err := r.Unrecorded(bannerJobs)
	if err != nil {
		return err
	}
	of := ""
	if facts.Upstream != "" { // that of recordings of different ones is not known
		of = " of " + facts.Upstream
	}
	p.say("replaying %s: %s%s", path, count(int64(facts.Jobs), "job"), of)
	for _, j := range jobs {
		p.say("  job %d %q, %s%s", j.ID, j.Name, endWords(j.Recorded), cloneWords(unrecorded[j.ID]))
	}
	if more := facts.Jobs - len(jobs); more > 0 {
		p.say("  … and %d more", more)
	}
	p.sayUnrecorded(unrecorded)
	p.sayListening(ln)
	p.say("reverse way: url = %q in config.toml, or --url %s", here, here)
	if strings.HasPrefix(facts.Upstream, "https://") {
		p.say("forward way: HTTPS_PROXY=%s in the runner's environment, tls-ca-file = %q in config.toml", here, ca.File())
		p.sayWide(ca)
	} else {
		p.say("forward way: HTTP_PROXY=%s in the runner's environment, and http_proxy likewise for git", here)
	}
	if facts.Jobs == 0 {
		p.log.Warn(fmt.Sprintf("there is no job in %s: runners will be told to wait", path))
	}
	return nil
}

// A replay of a recording on disk reads no more of it than it must.
var _ replay.Listed = (*store.Reader)(nil)

// bannerJobs is how many jobs are listed at the start.
const bannerJobs = 20

// endWords is how a job ended.
func endWords(e replay.End) string {
	switch {
	case e.State == "":
		return "no recorded end"
	case e.ExitCode != 0:
		return fmt.Sprintf("recorded as %s with exit code %d", e.State, e.ExitCode)
	}
	return "recorded as " + e.State
}
