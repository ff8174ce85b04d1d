package live

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/store"
)

// trouble is a Source with a body that fails, or never ends, and a damaged exchange.
type trouble struct {
	bad     uint64 // the damaged exchange
	failure error  // of the body after its first pieces; nil: it never ends
	closed  chan struct{}
}

var errDamaged = errors.New("recording is damaged: a page\nhas fallen out")

func (s *trouble) Header() runnertape.Recording { return runnertape.Recording{Format: 1} }

func (s *trouble) Exchange(id uint64) (*runnertape.Exchange, error) {
	if id == s.bad {
		return nil, errDamaged
	}
	return exchange(id, runnertape.Done), nil
}

func (s *trouble) ExchangesFrom(first uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for id := max(first, 1); ; id++ {
			x, err := s.Exchange(id)
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}

func (s *trouble) BodyAt(uint64, runnertape.Side, int64) (io.ReadCloser, error) {
	return &troubledBody{s, 3}, nil
}

type troubledBody struct {
	*trouble
	pieces int
}

func (b *troubledBody) Read(p []byte) (int, error) {
	if b.pieces--; b.pieces < 0 && b.failure != nil {
		return 0, b.failure
	}
	return len(p), nil
}

func (b *troubledBody) Close() error {
	close(b.closed)
	return nil
}

// serveTrouble serves it for the test.
func serveTrouble(t *testing.T, s *trouble, patience time.Duration) (path string) {
	t.Helper()
	s.closed = make(chan struct{})
	path = filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{})
	must(t, err)
	server, err := serve(path, s, w.Committed, patience)
	must(t, err)
	t.Cleanup(func() { must(t, server.End(w.Close)) })
	return path
}

func noFile() (File, error) { return nil, errors.New("the file is held") }

func mustOpen(t *testing.T, path string) *Reader {
	t.Helper()
	r, err := Open(path, noFile)
	must(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

// What fails in the middle fails for the reader too, with the reason; it does not look like an end.
func TestDamageIsNoEnd(t *testing.T) {
	for name, failure := range map[string]error{"damage": errDamaged, "unexpected end": io.ErrUnexpectedEOF} {
		t.Run(name, func(t *testing.T) {
			r := mustOpen(t, serveTrouble(t, &trouble{bad: pageExchanges + 10, failure: failure}, patience))
			b, err := r.Body(1, runnertape.RequestSide)
			must(t, err)
			defer b.Close()
			want := strings.Join(strings.Fields(failure.Error()), " ")
			if _, err := io.Copy(io.Discard, b); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the body: %v", err)
			}
		})
	}
	r := mustOpen(t, serveTrouble(t, &trouble{bad: pageExchanges + 10}, patience))
	n := 0
	var err error
	for _, err = range r.Exchanges() {
		n++
	}
	if n != pageExchanges+1 || err == nil || !strings.Contains(err.Error(), "a page") || !strings.Contains(err.Error(), r.path) {
		t.Errorf("after %d exchanges: %v", n, err)
	}
	for _, err = range r.Follow(t.Context()) {
	}
	if err == nil || !strings.Contains(err.Error(), "a page") {
		t.Errorf("following: %v", err)
	}
}

// A reader that stops in the middle of an answer is cut off; meanwhile others are served.
func TestSlowReaderIsCutOff(t *testing.T) {
	s := &trouble{}
	path := serveTrouble(t, s, 10*time.Millisecond)
	slow := askSlowly(t, path, "/bodies/1/request")
	defer slow.Close()
	r := mustOpen(t, path)
	if _, err := r.Exchange(1); err != nil {
		t.Error(err)
	}
	<-s.closed
}

// A recorder's end does not wait for a reader that does not read.
func TestEndDoesNotWaitForReaders(t *testing.T) {
	rec := record(t)
	rec.body(1, pattern(8<<20))
	slow := askSlowly(t, rec.path, "/bodies/1/request")
	defer slow.Close()
	waiting := ask(t, rec.path, "/exchanges?from=0&after=1")
	defer waiting.Close()
	rec.end()
}

// A reader that goes away is noticed.
func TestReaderVanishes(t *testing.T) {
	s := &trouble{}
	path := serveTrouble(t, s, patience)
	askSlowly(t, path, "/bodies/1/request").Close()
	<-s.closed
}

// ask sends a request.
func ask(t *testing.T, path, target string) net.Conn {
	t.Helper()
	c, err := dial(t.Context(), path+Suffix)
	must(t, err)
	_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: recorder\r\n\r\n", target)
	must(t, err)
	return c
}

// askSlowly waits for the beginning of the answer, and reads no more.
func askSlowly(t *testing.T, path, target string) net.Conn {
	t.Helper()
	c := ask(t, path, target)
	_, err := io.ReadFull(c, make([]byte, 10))
	must(t, err)
	return c
}

func TestTooManyReaders(t *testing.T) {
	rec := record(t)
	defer rec.end()
	for range MaxReaders {
		c, err := dial(t.Context(), rec.path+Suffix)
		must(t, err)
		defer c.Close()
	}
	if _, err := Open(rec.path, rec.file); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
}

// Wrong questions are answered in words, by the recorder of this version.
func TestWrongQuestions(t *testing.T) {
	rec := record(t)
	defer rec.end()
	for target, want := range map[string]int{
		"/exchanges?from=x": 500, "/exchanges?from=1&pending=1,": 500, "/exchanges?from=1&after=-1": 500, "/exchanges/0x1": 500,
		"/exchanges/9": 404, "/bodies/1/both": 500, "/bodies/x/request": 500, "/": 404,
	} {
		c := ask(t, rec.path, target)
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		must(t, err)
		if res.StatusCode != want || res.Header.Get(versionField) != version {
			t.Errorf("%s: %s, version %q", target, res.Status, res.Header.Get(versionField))
		}
		res.Body.Close()
		c.Close()
	}
}

// A reader of another version gets a sentence.
func TestOtherVersion(t *testing.T) {
	path := serveAs(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(versionField, "2") })
	if _, err := Open(path, noFile); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), `"2"`) {
		t.Errorf("a recorder of version 2: %v", err)
	}
}

// A recorder that breaks off each answer is given up.
func TestBreaksOffAlways(t *testing.T) {
	path := serveAs(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(versionField, version)
		if r.URL.Path == "/header" {
			fmt.Fprint(w, "{}")
			return
		}
		panic(http.ErrAbortHandler)
	})
	r := mustOpen(t, path)
	if _, err := r.Exchange(1); !errors.Is(err, errBroken) {
		t.Errorf("an exchange: %v", err)
	}
}

// serveAs answers at a recording's socket in another way.
func serveAs(t *testing.T, handler http.HandlerFunc) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{})
	must(t, err)
	must(t, w.Close())
	socket, err := socketPath(path)
	must(t, err)
	ln, err := bind(socket)
	must(t, err)
	s := &http.Server{Handler: handler}
	go s.Serve(ln) // ends with Close
	t.Cleanup(func() { s.Close() })
	return path
}
