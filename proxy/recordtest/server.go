package recordtest

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"testing"

	"runnertape/replay/replaytest"
)

// Server is a GitLab for one test: a recorder before the real one, or a replay.
type Server struct {
	peer
	replay *replaytest.Server // nil when recording
}

// peer is either.
type peer interface {
	URL() string
	Upstream() string
	Token() string
	CAFile() string
	CertPool() *x509.CertPool
	Client() *http.Client
	Env() []string
	ForwardEnv() []string
	Close()
}

// Start replays the recording at path until the test ends, as [replaytest.StartWith] does; or records it anew, see [Updating].
// The path ends in .txtar, or is that of a folder: then it ends in /, or has no ending.
func Start(t testing.TB, path string, o Options) *Server {
	t.Helper()
	update, err := updating()
	if err != nil {
		t.Fatalf("recordtest: %v", err)
	}
	to, err := targetOf(path)
	if err != nil {
		t.Fatalf("recordtest: %v", err)
	}
	if update || o.Update {
		return &Server{peer: record(t, to, o)}
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("recordtest: there is no recording %s; go test -run '^%s$' -update makes it, with the GitLab of Options.Upstream", path, t.Name())
	}
	r := replaytest.StartWith(t, path, o.Replay)
	return &Server{peer: r, replay: r}
}

// Replay is what replays, which knows what became of jobs; nil when recording.
func (s *Server) Replay() *replaytest.Server { return s.replay }

// Recording tells whether a real GitLab is recorded.
func (s *Server) Recording() bool { return s.replay == nil }

// URL is what the program under test takes for GitLab's, "http://127.0.0.1:40000": the reverse way in, and the proxy of the others.
func (s *Server) URL() string { return s.peer.URL() }

// Upstream is the URL of the GitLab, real or recorded, which a program names that comes by a forward way.
func (s *Server) Upstream() string { return s.peer.Upstream() }

// Token is a runner's: [Options.Token] when recording, else any.
func (s *Server) Token() string { return s.peer.Token() }

// CAFile is the path of the CA's certificate, PEM, which a program must trust that has the server for its HTTPS proxy.
func (s *Server) CAFile() string { return s.peer.CAFile() }

// CertPool is that CA alone.
func (s *Server) CertPool() *x509.CertPool { return s.peer.CertPool() }

// Client is an HTTP client that reaches the server in each way: by URL, or with the server for its proxy if a URL names
// another host. It trusts the CA.
func (s *Server) Client() *http.Client { return s.peer.Client() }

// Env is what a runner's commands read of their environment: CI_SERVER_URL, CI_SERVER_TLS_CA_FILE and CI_SERVER_TOKEN.
func (s *Server) Env() []string { return s.peer.Env() }

// ForwardEnv is Env for a program that is to come by a forward way: with the true GitLab's URL, and the server for its proxy.
func (s *Server) ForwardEnv() []string { return s.peer.ForwardEnv() }

// Close ends the server before the test does: then the replay is judged, or the recording is written if the test has passed
// until now.
func (s *Server) Close() { s.peer.Close() }
