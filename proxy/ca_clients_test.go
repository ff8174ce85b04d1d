package proxy

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// caClient is a program that trusts only the CA in a file, and asks https://host:port/.
// Names lead to 127.0.0.1.
type caClient struct {
	name    string
	binary  string // that must be installed; empty if none
	ask     func(t *testing.T, file, host, port string) error
	refusal string // how it says that the constraints forbid it; GnuTLS, which git has here, gives no reason
}

var caClients = []caClient{
	{"go", "", askGo, "a root or intermediate certificate is not authorized to sign for this name"},
	{"curl", "curl", askCurl, "subtree violation"},
	{"git", "git", askGit, "certificate verif"},
}

func askGo(t *testing.T, file, host, port string) error {
	pool, err := AddRootCAs(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: pool, ServerName: host})
	if err != nil {
		return err
	}
	return c.Close()
}

func askCurl(t *testing.T, file, host, port string) error {
	return run(t, "curl", "-q", "-sS", "--cacert", file, "--resolve", host+":"+port+":127.0.0.1", "https://"+host+":"+port+"/")
}

func askGit(t *testing.T, file, host, port string) error {
	return run(t, "git", "-c", "http.sslCAInfo="+file, "-c", "http.curloptResolve="+host+":"+port+":127.0.0.1", "ls-remote", "https://"+host+":"+port+"/")
}

// run runs a program in which nothing but its arguments decides about proxies and
// certificates. Its error is what it said.
func run(t *testing.T, name string, args ...string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0"}
	if out, err := c.CombinedOutput(); err != nil {
		return clientError(strings.TrimSpace(string(out)))
	}
	return nil
}

type clientError string

// Error implements error.
func (e clientError) Error() string { return string(e) }

// The constraints of the CA are heeded by what runners and their jobs use. What they refuse
// here is signed as one would who has stolen the key, and accepted from a CA without constraints.
func TestConstraintsHoldForClients(t *testing.T) {
	for _, client := range caClients {
		t.Run(client.name, func(t *testing.T) {
			if client.binary != "" {
				if _, err := exec.LookPath(client.binary); err != nil {
					t.Skipf("NOT RUN: no %s", client.binary)
				}
			}
			for _, c := range []struct {
				name    string
				hosts   []string
				host    string
				refused bool
			}{
				{"its name", []string{"gitlab.test"}, "gitlab.test", false},
				{"one of its names", []string{"gitlab.test", "storage.test"}, "storage.test", false},
				{"its address", []string{"127.0.0.1"}, "127.0.0.1", false},
				{"its address beside a name", []string{"gitlab.test", "127.0.0.1"}, "127.0.0.1", false},
				{"its name beside an address", []string{"gitlab.test", "192.0.2.1"}, "gitlab.test", false},
				{"any name", []string{AnyHost}, "gitlab.test", false},
				{"any address", []string{AnyHost}, "127.0.0.1", false},
				{"another name", []string{"gitlab.test"}, "bank.test", true},
				{"another address", []string{"192.0.2.1"}, "127.0.0.1", true},
				{"an address, being for names", []string{"gitlab.test"}, "127.0.0.1", true},
				{"a name, being for addresses", []string{"127.0.0.1"}, "gitlab.test", true},
			} {
				t.Run(c.name, func(t *testing.T) {
					file, port := signedServer(t, c.host, c.hosts...)
					err := client.ask(t, file, c.host, port)
					switch {
					case !c.refused && err != nil:
						t.Errorf("refused: %v", err)
					case c.refused && err == nil:
						t.Error("accepted")
					case c.refused && !strings.Contains(err.Error(), client.refusal):
						t.Errorf("refused for another reason: %v", err)
					}
				})
			}
		})
	}
}

// signedServer is a server with a certificate for host by a CA for hosts, whether or not
// that may sign it.
func signedServer(t *testing.T, host string, hosts ...string) (file, port string) {
	t.Helper()
	ca, err := LoadCA(t.TempDir(), hosts...)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.certify(host, time.Now().Add(-backdate), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	ln := listen(t)
	s := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{*cert}}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		// An empty text is a page, and also the info/refs of a git without refs.
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/plain") }),
	}
	go s.ServeTLS(ln, "", "") // ends with Close
	t.Cleanup(func() { s.Close() })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return ca.File(), port
}
