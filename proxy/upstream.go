package proxy

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"runnertape/proxy/http1"
)

// Upstream is the GitLab that is recorded, and how to reach it and others.
type Upstream struct {
	URL     *url.URL          // base URL; a path is GitLab's relative URL root
	RootCAs *x509.CertPool    // trusted beside nothing else; nil means the system's
	Resolve map[string]string // host or host:port → host or address to dial instead
}

// ParseUpstream reads a base URL as --upstream has it.
func ParseUpstream(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case strings.Contains(s, "@") && (err != nil || u.User != nil || u.Host == ""): // which is not to be repeated
		return nil, errors.New("it has a user name or password in it; runners bring their own tokens")
	case !hasScheme(s): // asked first: the parser takes 127.0.0.1:3000 for no URL, and localhost:3000 for one
		return nil, fmt.Errorf("%q does not begin with http:// or https://", s)
	case err != nil:
		return nil, fmt.Errorf("%q is not a URL", s)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q names no host", s)
	case u.RawQuery != "" || u.Fragment != "":
		before, _, _ := strings.Cut(s, "#")
		before, _, _ = strings.Cut(before, "?")
		return nil, fmt.Errorf("behind %q there is more than scheme, host and path", before)
	}
	u.Host = http1.HostOf(u.Scheme, u.Host)
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

func hasScheme(s string) bool {
	scheme, _, found := strings.Cut(s, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// AddRootCAs is the system's certificates and those in the PEM file.
func AddRootCAs(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no PEM certificate in it", file)
	}
	return pool, nil
}

// dial is the only place from which connections leave.
func (u *Upstream) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second} // as the runner's own
	return d.DialContext(ctx, network, u.resolve(address))
}

func (u *Upstream) resolve(address string) string {
	if to, ok := u.Resolve[strings.ToLower(address)]; ok && strings.Contains(to, ":") {
		return to
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	for _, name := range []string{strings.ToLower(address), strings.ToLower(host)} {
		if to, ok := u.Resolve[name]; ok {
			if _, _, err := net.SplitHostPort(to); err == nil {
				return to
			}
			return net.JoinHostPort(strings.Trim(to, "[]"), port)
		}
	}
	return address
}
