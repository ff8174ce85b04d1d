package main

import (
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/proxy"
	"runnertape/replay"
)

// replayCA is the CA for the recording's hosts. One that was made for the recorder may not be
// for all of them: runners seldom ask a replay for more than the upstream's.
func replayCA(c *cli.Context, r *replay.Replayer) (*proxy.CA, error) {
	u, err := url.Parse(r.Facts().Upstream)
	if err != nil {
		return nil, err
	}
	hosts := signable(r)
	upstream, err := proxy.ParseHost(u.Host)
	if err != nil {
		return loadCA(c, "unnamed", append(hosts, "localhost"), nil) // a text recording need not say it
	}
	var needed []string
	if u.Scheme == "https" {
		needed = []string{upstream}
	}
	return loadCA(c, upstream, append(hosts, upstream), needed)
}

// signable are the recording's hosts as certificates have them.
func signable(r *replay.Replayer) []string {
	var hosts []string
	for _, address := range r.Hosts() {
		if host, err := proxy.ParseHost(address); err == nil && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// newReplayDoor is a door without a dialer: what the recording does not know is refused.
func newReplayDoor(r *replay.Replayer, ca *proxy.CA, log *slog.Logger) *proxy.Door {
	return proxy.NewDoor(proxy.Config{Handler: r, CA: ca, Intercept: hostsOf(r, ca), Logger: log, Refuse: refuser(r, ca)})
}

// refuser says why a CONNECT is refused.
func refuser(r *replay.Replayer, ca *proxy.CA) func(req *http.Request, address string) (reason string) {
	return func(req *http.Request, address string) string {
		reason := "the recording has nothing from " + address
		if slices.Contains(r.Hosts(), strings.ToLower(address)) {
			reason = "the CA in " + filepath.Dir(ca.File()) + " may not sign for " + address
		}
		r.Refuse(req, reason)
		return reason + "; a replay connects nowhere"
	}
}

// hostsOf tells which hosts the recording knows, so that they are answered for.
func hostsOf(r *replay.Replayer, ca *proxy.CA) func(address string) bool {
	known := map[string]bool{}
	for _, host := range r.Hosts() {
		known[strings.ToLower(host)] = true
	}
	return func(address string) bool { return known[strings.ToLower(address)] && ca.Permits(address) }
}
