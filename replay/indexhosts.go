package replay

import (
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// knows adds base URLs of the upstream, and their hosts.
func (ix *index) knows(bases ...string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, base := range bases {
		if ix.bases[base] {
			continue
		}
		if u, err := url.Parse(base); err == nil && u.Host != "" {
			ix.bases[base] = true
			ix.hosts[hostPort(u.Scheme, u.Host)] = true
		}
	}
}

// knownBases are the base URLs of the upstream seen so far.
func (ix *index) knownBases() []string {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return slices.Sorted(maps.Keys(ix.bases))
}

// knownHost tells whether something of a host was recorded.
func (ix *index) knownHost(scheme, host string) bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.hosts[hostPort(scheme, host)]
}

// hostPort is a host with its port, also where that is the scheme's own.
func hostPort(scheme, host string) string {
	host = strings.ToLower(host)
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "80"
	if scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// Hosts are the names, host:port, under which the recording's upstream and
// whatever stood beside it were reached. A runner that goes through us to one
// of them is to be answered from the recording.
func (r *Replayer) Hosts() []string {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.index.hosts))
}
