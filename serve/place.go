package serve

import (
	"crypto/tls"
	"net/http"
	"net/url"

	"runnertape/proxy"
)

// AnyToken is a token for who needs one: a replay takes any.
const AnyToken = "glrt-any-token-is-good-here"

// Place is where a door stands, and how to come there.
type Place struct {
	Address  string    // host:port on which it listens, as a client reaches it
	CA       *proxy.CA // which a client must trust that comes through CONNECT
	Upstream string    // base URL of the GitLab behind it, recorded or real; "" if it is not known
}

// URL is the base URL of the reverse way in, where no host is named but ours.
func (p Place) URL() string { return "http://" + p.Address }

// Env is the environment of a command that is to come by the reverse way, as KEY=value, under the names that gitlab-runner's
// commands read it from (gitlab-runner common/config.go, network.go).
func (p Place) Env(token string) []string { return p.env(p.URL(), token) }

// ForwardEnv is that of one that is to come by a forward way: it names the true GitLab, and has us for its proxy. Programs read
// the names of either case; Go's never use a proxy for localhost and 127.0.0.1 (golang.org/x/net/http/httpproxy).
func (p Place) ForwardEnv(token string) []string {
	env := p.env(p.Upstream, token)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"="+p.URL())
	}
	return append(env, "NO_PROXY=", "no_proxy=")
}

func (p Place) env(url, token string) []string {
	return []string{"CI_SERVER_URL=" + url, "CI_SERVER_TLS_CA_FILE=" + p.CA.File(), "CI_SERVER_TOKEN=" + token}
}

// Client is an HTTP client that comes by the way that a URL names: by the reverse one if it begins with ours, else by a forward one,
// and trusts the CA. Its idle connections are the caller's to close.
func (p Place) Client() *http.Client {
	proxied := http.ProxyURL(&url.URL{Scheme: "http", Host: p.Address})
	return &http.Client{Transport: &http.Transport{
		Proxy: func(req *http.Request) (*url.URL, error) {
			if req.URL.Host == p.Address {
				return nil, nil
			}
			return proxied(req)
		},
		TLSClientConfig: &tls.Config{RootCAs: p.CA.Pool()},
	}}
}
