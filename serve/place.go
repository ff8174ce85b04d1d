package serve

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"

	"runnertape/proxy"
)

// AnyToken is a token for who needs one: a replay takes any.
const AnyToken = "glrt-any-token-is-good-here"

// Place is where a door stands, and how to come there.
type Place struct {
	address  string // host:port
	ca       *proxy.CA
	upstream string
	token    string
	client   *http.Client
}

// NewPlace is that of a door which clients reach at an address, host:port, before the GitLab with the base URL upstream, recorded
// or real; "" if it is not known. The token is what a runner is to bring.
func NewPlace(address string, ca *proxy.CA, upstream, token string) *Place {
	p := &Place{address: address, ca: ca, upstream: upstream, token: token}
	proxied := http.ProxyURL(&url.URL{Scheme: "http", Host: address})
	p.client = &http.Client{Transport: &http.Transport{
		Proxy: func(req *http.Request) (*url.URL, error) {
			if req.URL.Host == address {
				return nil, nil
			}
			return proxied(req)
		},
		TLSClientConfig: &tls.Config{RootCAs: ca.Pool()},
	}}
	return p
}

// URL is the base URL of the reverse way in, where no host is named but ours.
func (p *Place) URL() string { return "http://" + p.address }

// Upstream is the base URL of the GitLab behind it.
func (p *Place) Upstream() string { return p.upstream }

// Token is what a runner is to bring.
func (p *Place) Token() string { return p.token }

// CAFile is the path of the certificate of the CA, PEM, which a client must trust that comes through CONNECT.
func (p *Place) CAFile() string { return p.ca.File() }

// CertPool is that CA alone.
func (p *Place) CertPool() *x509.CertPool { return p.ca.Pool() }

// Client is an HTTP client that comes by the way that a URL names: by the reverse one if it begins with ours, else by a forward one.
// It trusts the CA. Its idle connections are the caller's to close.
func (p *Place) Client() *http.Client { return p.client }

// Env is the environment of a command that is to come by the reverse way, as KEY=value, under the names that gitlab-runner's
// commands read it from (gitlab-runner common/config.go, network.go).
func (p *Place) Env() []string { return p.env(p.URL()) }

// ForwardEnv is that of one that is to come by a forward way: it names the true GitLab, and has us for its proxy. Programs read
// the names of either case; Go's never use a proxy for localhost and 127.0.0.1 (golang.org/x/net/http/httpproxy).
func (p *Place) ForwardEnv() []string {
	env := p.env(p.upstream)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"="+p.URL())
	}
	return append(env, "NO_PROXY=", "no_proxy=")
}

func (p *Place) env(url string) []string {
	return []string{"CI_SERVER_URL=" + url, "CI_SERVER_TLS_CA_FILE=" + p.ca.File(), "CI_SERVER_TOKEN=" + p.token}
}
