package live

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"sync"

	"runnertape"
)

// Reader reads a recording that is being made, and goes on with the file when its recorder has
// ended. It is safe for concurrent use.
type Reader struct {
	path   string // of the recording
	socket string
	header runnertape.Recording
	open   func() (File, error)

	mu sync.Mutex
	// guarded by mu
	source Source // a *remote, or the File
	killed bool   // its recorder ended without having removed the socket
}

// Open opens the recording at path for reading through its recorder. The function open is to open the
// file when that has ended; it is called often if that does not end well. The error wraps [ErrNoRecorder],
// [ErrVersion], [ErrBusy], or what the system said.
func Open(path string, open func() (File, error)) (*Reader, error) {
	socket, err := socketPath(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{path: path, socket: socket, open: open}
	m, err := r.connect()
	if err != nil {
		return nil, r.fault(err)
	}
	r.header, r.source = m.header, m
	return r, nil
}

// connect asks the recorder, if there is one.
func (r *Reader) connect() (*remote, error) {
	err := ownOnly(r.socket)
	if err == nil {
		var m *remote
		if m, err = connect(r.socket); err == nil {
			return m, nil
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errTooLong):
		return nil, err
	case isOver(err), errors.Is(err, fs.ErrNotExist): // refused, broken off, or not there at all
		return nil, ErrNoRecorder
	}
	return nil, err
}

// fault says of which recording err is.
func (r *Reader) fault(err error) error {
	return fmt.Errorf("read recording %s while it is made: %w", r.path, err)
}

// Close lets go of the recorder, or of the file.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch source := r.source.(type) {
	case *remote:
		source.close()
	case File:
		return source.Close()
	}
	return nil
}

// Killed tells whether the recorder was killed: it has ended and left its socket behind.
func (r *Reader) Killed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.killed
}

func (r *Reader) current() Source {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source
}

// instead returns what to read from after broken broke off: the file, if that is free now, or
// else whatever recorder answers.
func (r *Reader) instead(broken Source) (Source, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.source != broken {
		return r.source, nil // another goroutine was here
	}
	file, err := r.open()
	if err == nil {
		r.source = file
		_, err := os.Lstat(r.socket)
		r.killed = err == nil
	} else if m, connectErr := r.connect(); connectErr == nil {
		r.source = m
	} else {
		return nil, err
	}
	if m, ok := broken.(*remote); ok {
		m.close()
	}
	if h := r.source.Header(); !h.Created.Equal(r.header.Created) {
		return nil, r.fault(ErrOther)
	}
	return r.source, nil
}

// Header is the recording's header.
func (r *Reader) Header() runnertape.Recording { return r.header }

// Exchange returns the exchange of that id. The error wraps [runnertape.ErrNoExchange] if there is none.
func (r *Reader) Exchange(id uint64) (*runnertape.Exchange, error) {
	a := r.attempt()
	for {
		x, err := a.source.Exchange(id)
		if err == nil || !a.again(err) {
			return x, a.told(err)
		}
	}
}

// Exchanges yields all exchanges in order of id, those in flight as they are now. It stops
// after the first error.
func (r *Reader) Exchanges() iter.Seq2[*runnertape.Exchange, error] { return r.ExchangesFrom(0) }

// ExchangesFrom yields the exchanges of id first and later ones, as Exchanges does.
func (r *Reader) ExchangesFrom(first uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		a, next := r.attempt(), first
		for {
			var err error
			for x, failure := range a.source.ExchangesFrom(next) {
				if err = failure; err != nil {
					break
				}
				a.stuck, next = 0, x.ID+1
				if !yield(x, nil) {
					return
				}
			}
			if err == nil {
				return
			}
			if !a.again(err) {
				yield(nil, a.told(err))
				return
			}
		}
	}
}
