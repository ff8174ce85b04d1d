package serve

import (
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"runnertape/proxy"
	"runnertape/replay"
)

// Hosts are those that the CA of a replay is for, as certificates have them: the recorded GitLab's first, or localhost if
// the recording does not say it, then the others of the recording.
func Hosts(r *replay.Replayer) []string {
	first := "localhost" // a text recording need not say it
	if u, err := url.Parse(r.Facts().Upstream); err == nil {
		if host, err := proxy.ParseHost(u.Host); err == nil {
			first = host
		}
	}
	hosts := []string{first}
	for _, address := range r.Hosts() {
		if host, err := proxy.ParseHost(address); err == nil && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// newDoor is a door without a dialer: what the recording does not know is refused.
func newDoor(r *replay.Replayer, ca *proxy.CA, log *slog.Logger) *proxy.Door {
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
