package live

import (
	"context"
	"crypto/rand"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// MaxReaders is how many connections a recorder answers at once.
	MaxReaders = 32
	// patience is how long a reader may take for a page, or for a piece of a body, once it has asked.
	patience = 30 * time.Second
	// farewell is how long the end of a recorder waits for readers to be told.
	farewell = 200 * time.Millisecond
)

// Server answers readers of one recording.
type Server struct {
	name     string // of this run
	source   Source
	path     string      // of the socket
	socket   fs.FileInfo // what was made there
	http     *http.Server
	commits  *commits
	turns    turns
	readers  atomic.Int32  // connections
	ending   chan struct{} // closed when the recorder begins to end
	released chan struct{} // closed when the recorder has let go of the file
	patience time.Duration // as the constant; less in tests
	ended    sync.WaitGroup
}

// Serve answers readers of the recording at path, which the caller has locked and is
// writing, until [Server.End]. The function committed gives a channel that is closed at the next
// commit; it is called from one goroutine. After an error nobody can read the recording while it is
// being made, and nothing else is wrong.
func Serve(path string, source Source, committed func() <-chan struct{}) (*Server, error) {
	return serve(path, source, committed, patience)
}

func serve(path string, source Source, committed func() <-chan struct{}, patience time.Duration) (*Server, error) {
	path, err := socketPath(path)
	if err != nil {
		return nil, err
	}
	ln, err := bind(path)
	if err != nil {
		return nil, err
	}
	c := newCommits()
	s := &Server{
		name: rand.Text(), source: source, path: path, commits: c, turns: newTurns(c), patience: patience,
		ending: make(chan struct{}), released: make(chan struct{}),
	}
	s.socket, _ = os.Lstat(path) // nil if it is gone already, and then never removed
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: patience,
		ErrorLog:          log.New(io.Discard, "", 0), // a reader's trouble is the reader's to tell
		ConnContext:       s.connected,
		ConnState:         s.connection,
	}
	s.ended.Go(func() { s.http.Serve(ln) })
	first := committed() // now, or a commit could come between
	s.ended.Go(func() { s.commits.watch(first, committed, s.ending) })
	return s, nil
}

// End removes the socket, lets go of the recording by release, and then tells the readers, who go on
// with the file. It returns release's error. It is called once; of a nil Server it only calls release.
func (s *Server) End(release func() error) error {
	if s == nil {
		return release()
	}
	close(s.ending)
	if now, err := os.Lstat(s.path); err == nil && os.SameFile(now, s.socket) {
		os.Remove(s.path) // while the lock is held: afterwards it might be another recorder's
	}
	err := release()
	close(s.released)
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	s.ended.Wait()
	return err
}

// tooMany marks the context of a connection that is one too many.
type tooMany struct{}

func (s *Server) connected(ctx context.Context, _ net.Conn) context.Context {
	if s.readers.Add(1) > MaxReaders {
		return context.WithValue(ctx, tooMany{}, true)
	}
	return ctx
}

func (s *Server) connection(_ net.Conn, state http.ConnState) {
	if state == http.StateClosed {
		s.readers.Add(-1)
	}
}
