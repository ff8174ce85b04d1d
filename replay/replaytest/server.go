package replaytest

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/proxy"
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
	place   *serve.Place
	said    *output
	logs    logs

	finish context.CancelFunc // lets what is under way end
	cut    context.CancelFunc // breaks it off
	served chan error         // what Serve returned

	closing sync.Mutex
	closed  bool // guarded by closing
}

// Start replays the recording at path until the test ends, which fails if it is not there or cannot be read. At its end the test
// fails if the program under test did not do what was recorded.
func Start(t testing.TB, path string) *Server {
	t.Helper()
	return StartWith(t, path, Options{})
}

// StartWith is Start with choices.
func StartWith(t testing.TB, path string, o Options) *Server {
	t.Helper()
	src, err := serve.Open(path)
	if err != nil {
		t.Fatalf("replaytest: %v", err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("replaytest: close %s: %v", path, err)
		}
	})
	return start(t, path, src, o)
}

// StartSource is StartWith for a recording that is no file: made in the test, or changed by it. It is read until
// the test ends.
func StartSource(t testing.TB, src replay.Source, o Options) *Server {
	t.Helper()
	return start(t, "the recording", src, o)
}

func start(t testing.TB, path string, src replay.Source, o Options) *Server {
	t.Helper()
	s := &Server{t: t, path: path, options: o, said: &output{to: t.Output()}, served: make(chan error, 1)}
	if err := s.prepare(src, filepath.Join(t.TempDir(), "ca")); err != nil {
		t.Fatalf("replaytest: replay %s: %v", path, err)
	}
	t.Cleanup(s.remove)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("replaytest: %v", err)
	}
	s.place = serve.NewPlace(ln.Addr().String(), s.replay.CA(), s.replay.Facts().Upstream, serve.AnyToken)
	done, finish := context.WithCancel(context.Background()) // the test's own ends before its cleanup, when clients may still say goodbye
	cut, breakOff := context.WithCancel(context.Background())
	s.finish, s.cut = finish, breakOff
	go func() { s.served <- s.replay.Serve(done, cut, ln) }() // ends with stop
	t.Cleanup(s.Close)
	return s
}

// prepare makes the replay.
func (s *Server) prepare(src replay.Source, caDir string) (err error) {
	o := s.options.Replay
	o.Logger = cmp.Or(o.Logger, s.said.logger())
	o.TraceInterval = cmp.Or(o.TraceInterval, time.Second)
	if given := o.Trace; given != nil {
		o.Trace = func(job, offset int64, piece []byte) {
			s.logs.add(job, offset, piece)
			given(job, offset, piece)
		}
	} else {
		o.Trace = s.logs.add
	}
	if len(s.options.Faults) > 0 {
		if o.Faults, err = faults.ReadSet(cmp.Or(s.options.Seed, 1), s.options.Faults...); err != nil {
			return err
		}
	}
	s.replay, err = serve.NewReplay(context.Background(), src, o, func(r *replay.Replayer) (*proxy.CA, error) {
		return proxy.LoadCA(caDir, serve.Hosts(r)...)
	})
	return err
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
	s.Client().CloseIdleConnections()
	s.finish()
	patience := time.AfterFunc(closePatience, s.cut)
	err := <-s.served
	patience.Stop()
	s.cut()
	if err != nil {
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
func (s *Server) URL() string { return s.place.URL() }

// Upstream is the URL of the recorded GitLab, which a program names that comes by a forward way; "" if the recording does not say it.
func (s *Server) Upstream() string { return s.place.Upstream() }

// Token is one for a runner. Any other is as good.
func (s *Server) Token() string { return s.place.Token() }

// CAFile is the path of the CA's certificate, PEM, which a program must trust that has the server for its HTTPS proxy.
func (s *Server) CAFile() string { return s.place.CAFile() }

// CertPool is that CA alone.
func (s *Server) CertPool() *x509.CertPool { return s.place.CertPool() }

// Client is an HTTP client that reaches the server in each way: by URL, or with the server for its proxy if a URL names
// another host. It trusts the CA.
func (s *Server) Client() *http.Client { return s.place.Client() }

// Env is what `proxy replay -- COMMAND` adds to the environment of its command: CI_SERVER_URL, CI_SERVER_TLS_CA_FILE and
// CI_SERVER_TOKEN, as gitlab-runner's commands read them.
func (s *Server) Env() []string { return s.place.Env() }

// ForwardEnv is Env for a program that is to come by a forward way: CI_SERVER_URL is the recorded GitLab's, and the variables for
// proxies name the server. Go programs never use a proxy for a GitLab on localhost or 127.0.0.1.
func (s *Server) ForwardEnv() []string { return s.place.ForwardEnv() }

// Done is closed when every recorded job was handed out and has ended; never in a loop.
func (s *Server) Done() <-chan struct{} { return s.replay.Done() }

// Wait returns when the jobs with these numbers have come to their ends; without any, when every recorded one has. If ctx ends
// before, or the time of `go test -timeout` nearly has, the test fails at once, and says how the jobs stand.
func (s *Server) Wait(ctx context.Context, jobs ...int64) {
	s.t.Helper()
	ctx, done := s.inTime(ctx)
	defer done()
	var err error
	for _, id := range jobs {
		if err = s.replay.Wait(ctx, id); err != nil {
			break
		}
	}
	if len(jobs) == 0 {
		select {
		case <-s.Done():
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		s.t.Fatalf("replaytest: wait for jobs: %v\n%s", err, s.Receipt().Summary())
	}
}

// lastWords is how long before the end of `go test -timeout` a test is told to fail: what package testing says then does not tell why.
const lastWords = 5 * time.Second

var errLate = errors.New("the time of go test -timeout is nearly over")

// inTime is ctx that ends in time for last words, where t says when that is.
func (s *Server) inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if t, ok := s.t.(interface{ Deadline() (time.Time, bool) }); ok { // *testing.T does, *testing.B does not
		if deadline, ok := t.Deadline(); ok {
			return context.WithDeadlineCause(ctx, deadline.Add(-lastWords), errLate)
		}
	}
	return context.WithCancel(ctx)
}

// Receipt is what happened until now.
func (s *Server) Receipt() replay.Receipt { return s.replay.Receipt() }
