package received

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// logs are those of jobs, in a folder. They have no open files: there may be many jobs at once.
type logs struct {
	folder string

	mu    sync.Mutex       // guards what follows
	names map[int64]string // of the log of a job
}

// Log appends a piece of the log of a job, which begins at a byte offset, if logs are kept. Those of
// one job come in order; a log that begins anew is another.
func (s *Store) Log(job, offset int64, piece []byte) error {
	if s.logs == nil {
		return nil
	}
	if err := s.logs.add(job, offset, piece); err != nil {
		return fmt.Errorf("write the log of job %d in %s: %w", job, s.logs.folder, cause(err))
	}
	return nil
}

func (l *logs) add(job, offset int64, piece []byte) error {
	f, err := l.open(job, offset == 0)
	if err != nil {
		return err
	}
	_, err = f.Write(piece)
	return errors.Join(err, f.Close())
}

func (l *logs) open(job int64, anew bool) (*os.File, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if name := l.names[job]; name != "" && !anew {
		return os.OpenFile(filepath.Join(l.folder, name), os.O_APPEND|os.O_WRONLY, 0)
	}
	f, err := create(l.folder, strconv.FormatInt(job, 10), ".log")
	if err == nil {
		l.names[job] = filepath.Base(f.Name())
	}
	return f, err
}
