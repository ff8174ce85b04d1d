package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// curled is what a server got of a request.
type curled struct {
	Method, URL, Host string
	Header            http.Header
	Body              string
}

// What a command sends is what was recorded: those of a real runner, and some that are hard to quote.
func TestCurlSendsTheSame(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("NOT RUN: there is no curl")
	}
	src, err := openRecording("../../fixtures/runner-17.9.0-connect.txtar")
	mustDo(t, err)
	defer src.Close()
	few := &fewExchanges{redacted: true}
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		body, err := src.Body(x.ID, runnertape.RequestSide)
		mustDo(t, err)
		content, err := io.ReadAll(body)
		mustDo(t, err)
		few.add(x, content, nil)
	}
	ask := func(method, target, body string, fields ...runnertape.Field) {
		header := append(runnertape.Header{{Name: "Host", Value: "gitlab.test"}}, fields...)
		few.add(&runnertape.Exchange{Host: "gitlab.test", Request: runnertape.Request{
			Method: method, Target: target, Proto: "HTTP/1.1", Header: header, Body: runnertape.Body{Framing: runnertape.Length},
		}}, []byte(body), nil)
	}
	ask("POST", "/it's?a=[1]&b={2}&c=%20'$(id)`id`", `@it's "$HOME" $(id) \n %s`, runnertape.Field{Name: "X-Quote", Value: `it's "$HOME" \`}, runnertape.Field{Name: "X-Empty"})
	ask("PUT", "/a/../b/./c", "two\nlines 100% \\ \t \x1b[31m 'quoted' é\u202e\r\n\n")
	ask("POST", "/binary", "\x00\x01\xff\xfe")
	ask("POST", "/large", strings.Repeat("0123456789abcdef", 1<<17))
	ask("HEAD", "/", "")
	few.add(&runnertape.Exchange{Host: "gitlab.test", Way: runnertape.Reverse, Request: runnertape.Request{
		Method: "GET", Target: "/host-of-the-recorder", Proto: "HTTP/1.1", Header: runnertape.Header{{Name: "Host", Value: "127.0.0.1:8090"}},
	}}, nil, nil)
	ask("DELETE", "/with-a-body", "{}", runnertape.Field{Name: "Content-Type", Value: "application/json"})
	ask("GET", "/latin", "", runnertape.Field{Name: "X-Latin", Value: "caf\xe9"})

	var mu sync.Mutex
	var got []curled
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a body that breaks off is another one
		mu.Lock()
		defer mu.Unlock()
		got = append(got, curled{r.Method, r.RequestURI, r.Host, r.Header, string(body)})
	}))
	defer server.Close()
	dir := t.TempDir()
	show := newCurler(&dumper{src: few, path: "recording's.db"})
	for _, x := range few.exchanges {
		x.Scheme = "http"
		x.Request.Header = slices.DeleteFunc(slices.Clone(x.Request.Header), func(f runnertape.Field) bool {
			return strings.EqualFold(f.Name, "Transfer-Encoding") // it is the framing, of which a server tells elsewhere
		})
		content := few.bodies[x.ID][0]
		var command bytes.Buffer
		mustDo(t, show(&command, x))
		if lines := strings.Split(strings.TrimSuffix(command.String(), "\n"), "\n"); len(lines) < 2 || strings.HasPrefix(lines[len(lines)-1], "#") || !strings.Contains(lines[1], "stand-ins") {
			t.Errorf("%s", command.String())
		}
		if i := bytes.IndexFunc(command.Bytes(), func(r rune) bool { return r != '\n' && isControl(r) }); i >= 0 {
			t.Errorf("exchange %d: a control character in %q", x.ID, command.Bytes()[i:])
		}
		if strings.Contains(command.String(), "@exchange-") {
			mustDo(t, os.WriteFile(filepath.Join(dir, "exchange-"+strconv.FormatUint(x.ID, 10)+".request"), content, 0o600))
		}
		sh := exec.Command("sh")
		sh.Dir, sh.Stdin = dir, strings.NewReader("PATH="+filepath.Dir(curl)+":$PATH; set -e; "+command.String())
		sh.Env = append(cleanEnv(dir), "http_proxy="+server.URL)
		if out, err := sh.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, command.String(), out)
		}
		want := curled{x.Request.Method, x.URL(), "gitlab.test", http.Header{}, string(content)}
		for _, f := range x.Request.Header {
			if name := http.CanonicalHeaderKey(f.Name); name != "Host" && name != "Content-Length" {
				want.Header[name] = append(want.Header[name], f.Value)
			}
		}
		if want.Header.Get("Pragma") == "no-cache" && want.Header.Get("Cache-Control") == "" {
			want.Header.Set("Cache-Control", "no-cache") // Go's server reads one as the other
		}
		if x.Host != "gitlab.test" {
			want.Host = x.Host
		}
		mu.Lock()
		if len(got) == 0 {
			t.Fatalf("exchange %d: nothing was sent", x.ID)
		}
		last := got[len(got)-1]
		mu.Unlock()
		for _, name := range []string{"Content-Length", "Proxy-Connection"} { // curl's, and that of the way there
			last.Header.Del(name)
		}
		if diff := cmp.Diff(want, last); diff != "" {
			t.Errorf("exchange %d (-recorded +sent):\n%s\n%s", x.ID, diff, command.String())
		}
	}
	if len(got) != len(few.exchanges) {
		t.Errorf("%d requests of %d exchanges", len(got), len(few.exchanges))
	}
}

// What has no command says so, and so do bodies that are not what passed.
func TestCurlNotes(t *testing.T) {
	few := &fewExchanges{}
	few.add(&runnertape.Exchange{Scheme: "https", Host: "gitlab.test", Request: runnertape.Request{Method: "CONNECT", Target: "gitlab.test:443"}}, nil, nil)
	few.add(&runnertape.Exchange{Scheme: "https", Host: "gitlab.test", Request: runnertape.Request{
		Method: "POST", Target: "/", Body: runnertape.Body{Truncated: true, Rewritten: true},
	}}, []byte("half"), nil)
	var out bytes.Buffer
	show := newCurler(&dumper{src: few})
	for _, x := range few.exchanges {
		mustDo(t, show(&out, x))
	}
	for _, want := range []string{"# CONNECT is what curl does by itself", "# the body broke off after 4 bytes", "# redaction packed the body again"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "stand-in") || strings.Count(out.String(), "\ncurl ") != 1 {
		t.Errorf("%s", out.String())
	}
}
