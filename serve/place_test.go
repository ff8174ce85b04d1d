package serve

import (
	"strings"
	"testing"

	"runnertape/proxy"
)

func TestEnvironment(t *testing.T) {
	ca, err := proxy.LoadCA(t.TempDir(), "gitlab.test")
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlace("127.0.0.1:4", ca, "https://gitlab.test", "glrt-a-token")
	rest := "CI_SERVER_TLS_CA_FILE=" + ca.File() + " CI_SERVER_TOKEN=glrt-a-token"
	if got, want := strings.Join(p.Env(), " "), "CI_SERVER_URL=http://127.0.0.1:4 "+rest; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	const by = "http://127.0.0.1:4"
	want := "CI_SERVER_URL=https://gitlab.test " + rest + " HTTP_PROXY=" + by + " HTTPS_PROXY=" + by + " http_proxy=" + by + " https_proxy=" + by + " NO_PROXY= no_proxy="
	if got := strings.Join(p.ForwardEnv(), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if p.Token() != "glrt-a-token" || !p.CertPool().Equal(ca.Pool()) || p.CAFile() != ca.File() {
		t.Error("it is another place")
	}
}
