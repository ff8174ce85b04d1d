package replaytest

import (
	"crypto/x509"
	"net/http"
	"sync"
	"testing"
	"time"

	"runnertape/replay"
	"runnertape/serve"
)

// Server is a replay for one test. Its methods may be called from many goroutines at once, but for those that say they fail the
// test: as those of testing.TB that do, they are for the test's own.
type Server struct {
	t       testing.TB
	path    string
	options Options
	replay  *serve.Replay
	running *serve.Running
	said    *output
	logs    logs

	closing sync.Mutex
	closed  bool // guarded by closing
}

// closePatience is how long what is under way has to end when the test does. A replay answers at once; what takes longer is
// held, or its client is stuck.
const closePatience = 2 * time.Second

// Close stops the server and fails the test if what happened is not what was recorded. It is called when the test
// ends; a test may call it before, and ask of the jobs afterwards.
func (s *Server) Close() {
	s.t.Helper()
	s.closing.Lock()
	defer s.closing.Unlock()
	if !s.closed {
		s.closed = true
		s.stop()
	}
}

func (s *Server) stop() {
	s.t.Helper()
	if err := s.running.Stop(closePatience); err != nil {
		s.t.Errorf("replaytest: %v", err)
	}
	s.judge()
}

// remove lets go of what the test may ask for until its end.
func (s *Server) remove() {
	s.said.end()
	if err := s.replay.Close(); err != nil {
		s.t.Errorf("replaytest: %v", err)
	}
}

// URL is what the program under test takes for GitLab's, "http://127.0.0.1:40000": the reverse way in, and the proxy of the others.
func (s *Server) URL() string { return s.running.URL() }

// Upstream is the URL of the recorded GitLab, which a program names that comes by a forward way; "" if the recording does not say it.
func (s *Server) Upstream() string { return s.running.Upstream() }

// Token is one for a runner. Any other is as good.
func (s *Server) Token() string { return s.running.Token() }

// CAFile is the path of the CA's certificate, PEM, which a program must trust that has the server for its HTTPS proxy.
func (s *Server) CAFile() string { return s.running.CAFile() }

// CertPool is that CA alone.
func (s *Server) CertPool() *x509.CertPool { return s.running.CertPool() }

// Client is an HTTP client that reaches the server in each way: by URL, or with the server for its proxy if a URL names
// another host. It trusts the CA.
func (s *Server) Client() *http.Client { return s.running.Client() }

// Env is what `proxy replay -- COMMAND` adds to the environment of its command: CI_SERVER_URL, CI_SERVER_TLS_CA_FILE and
// CI_SERVER_TOKEN, as gitlab-runner's commands read them.
func (s *Server) Env() []string { return s.running.Env() }

// ForwardEnv is Env for a program that is to come by a forward way: CI_SERVER_URL is the recorded GitLab's, and the variables for
// proxies name the server. Go programs never use a proxy for a GitLab on localhost or 127.0.0.1.
func (s *Server) ForwardEnv() []string { return s.running.ForwardEnv() }

// Receipt is what happened until now.
func (s *Server) Receipt() replay.Receipt { return s.replay.Receipt() }
