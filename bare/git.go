package bare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"runnertape"
)

// Source opens recorded bodies. It may be called from many goroutines at once.
type Source interface {
	// Body is the kept content of one side of an exchange, as it was on the wire.
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
}

// Git is the machine's git, with a temporary folder for the repositories that it makes. Its methods, and
// those of its repositories, may be called from many goroutines at once.
type Git struct {
	src   Source
	log   *slog.Logger
	life  context.Context // until Close, or what New was given: a repository outlives the request it was first made for
	end   context.CancelCauseFunc
	slots chan struct{} // one for each git that may serve at once

	mu    sync.Mutex // guards what follows
	dir   string     // "" until it is needed
	lock  *os.File   // says that dir is in use; nil where there are no such locks
	count int        // repositories begun
}

// folderPrefix begins the names of this package's temporary folders.
const folderPrefix = "runnertape-git-"

// maxServing bounds how many gits serve at once, and so their memory: further clients wait.
const maxServing = 32

// New prepares to make repositories of what src has, until ctx ends or Close. Nothing is made or run yet. What is of no other
// use goes to log.
func New(ctx context.Context, src Source, log *slog.Logger) *Git {
	g := &Git{src: src, log: log, slots: make(chan struct{}, maxServing)}
	g.life, g.end = context.WithCancelCause(ctx)
	return g
}

// Close ends every git that runs, and removes the folder.
func (g *Git) Close() error {
	g.end(errEnding)
	for range maxServing { // wait for who serves
		g.slots <- struct{}{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.dir == "" {
		return nil
	}
	defer g.lock.Close() // of nil it is an error, and no more
	if err := os.RemoveAll(g.dir); err != nil {
		return fmt.Errorf("remove rebuilt repositories: %w", err)
	}
	return nil
}

// enter waits until one more git may run; leave lets the next.
func (g *Git) enter(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-g.life.Done():
		return errEnding
	}
	if g.life.Err() != nil {
		g.leave()
		return errEnding
	}
	return nil
}

func (g *Git) leave() { <-g.slots }

var errEnding = errors.New("the replay is ending")

// folder makes a folder for one repository.
func (g *Git) folder() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.life.Err(); err != nil {
		return "", errEnding
	}
	if g.dir == "" {
		sweep()
		dir, err := os.MkdirTemp("", folderPrefix)
		if err != nil {
			return "", fmt.Errorf("make a folder for repositories: %w", err)
		}
		g.dir, g.lock = dir, hold(dir)
	}
	g.count++
	dir := filepath.Join(g.dir, strconv.Itoa(g.count))
	return dir, os.Mkdir(dir, 0o700)
}

var errNoGit = errors.New("no git is installed here (looked for in PATH)")

// installed is the path of the machine's git.
func installed() (string, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return "", errNoGit
	}
	return path, nil
}
