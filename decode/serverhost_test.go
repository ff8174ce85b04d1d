package decode

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRewriteServer(t *testing.T) {
	const job = `{"id":1, "variables":[{"key":"CI_SERVER_URL","value":"https:\/\/gitlab.example/root","public":true},{"key":"CI_SERVER_HOST","value":"gitlab.example"},null,` +
		`{"value":"443","key":"CI_SERVER_PORT"},{"key":"CI_SERVER_PROTOCOL","value":"https"}, {"key":"CI_SERVER_FQDN","value":"gitlab.example"},{"key":"CI_REGISTRY","value":"gitlab.example:5050"},{"key":"CI_SERVER_HOST","value":null}]}`
	from := []string{"https://GitLab.example:443/root/"}
	made := func(host, port, protocol, fqdn string) string {
		return `{"id":1, "variables":[{"key":"CI_SERVER_URL","value":"https:\/\/gitlab.example/root","public":true},{"key":"CI_SERVER_HOST","value":"` + host + `"},null,` +
			`{"value":"` + port + `","key":"CI_SERVER_PORT"},{"key":"CI_SERVER_PROTOCOL","value":"` + protocol + `"}, {"key":"CI_SERVER_FQDN","value":"` + fqdn + `"},{"key":"CI_REGISTRY","value":"gitlab.example:5050"},{"key":"CI_SERVER_HOST","value":null}]}`
	}
	for _, c := range []struct {
		name string
		body string
		from []string
		to   string
		want string
	}{
		{"port", job, from, "http://127.0.0.1:8090", made("127.0.0.1", "8090", "http", "127.0.0.1:8090")},
		{"prefix", job, from, "http://127.0.0.1:8090/pre/fix/", made("127.0.0.1", "8090", "http", "127.0.0.1:8090")},
		{"default port", job, from, "https://replay:443", made("replay", "443", "https", "replay")},
		{"IPv6", job, from, "http://[::1]:3000", made("[::1]", "3000", "http", "[::1]:3000")},
		{"IPv6 without port", job, from, "http://[::1]", made("[::1]", "80", "http", "[::1]")},
		{"other server", job, []string{"https://other.example"}, "http://h", job},
		{"nowhere", job, from, "nowhere", job},
		{"broken off", job[:len(job)-1], from, "http://h", job[:len(job)-1]},
		{"no variables", `{"variables":{"key":"CI_SERVER_URL"}}`, from, "http://h", `{"variables":{"key":"CI_SERVER_URL"}}`},
		{"no object", `[1]`, from, "http://h", `[1]`},
		{"empty", ``, from, "http://h", ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, string(RewriteServer([]byte(c.body), c.from, c.to))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
