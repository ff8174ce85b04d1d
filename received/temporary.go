package received

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"runnertape"
)

// Temporary keeps contents in one file in dir, "" for the system's temporary folder, until Close. It
// is made when it is first needed, only its owner may read it, and where the system can
// do that it has no name from then on: what is left of it goes with the process.
func Temporary(dir string) *Store {
	return &Store{place: &temporary{dir: dir, free: map[int64][]int64{}}}
}

// temporary is such a file. Contents have extents of it, each twice as long as the one before, so that
// many may be written at once, and few numbers tell where one is. What is not
// written of an extent takes no room on a disk that has files with holes.
type temporary struct {
	dir string

	mu   sync.Mutex // guards what follows
	file *os.File   // nil before the first content
	name string     // "" if it has none
	end  int64      // where the next new extent begins
	free map[int64][]int64
}

// firstExtent is the length of a content's first extent, in bytes.
const firstExtent = 64 << 10

// extent is a part of the file.
type extent struct{ at, size int64 }

func (t *temporary) begin() (spot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		f, err := os.CreateTemp(t.dir, "runnertape-received-*") // of mode 0600
		if err != nil {
			return nil, fmt.Errorf("create a temporary file: %w", err)
		}
		t.file = f
		if os.Remove(f.Name()) != nil { // there are systems that cannot while it is open
			t.name = f.Name()
		}
	}
	return &extents{in: t, file: t.file}, nil
}

func (t *temporary) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	if t.name != "" {
		err = errors.Join(err, os.Remove(t.name))
	}
	t.file = nil
	return err
}

// take gives an extent that nobody has.
func (t *temporary) take(size int64) extent {
	t.mu.Lock()
	defer t.mu.Unlock()
	if free := t.free[size]; len(free) > 0 {
		at := free[len(free)-1]
		t.free[size] = free[:len(free)-1]
		return extent{at, size}
	}
	at := t.end
	t.end += size
	return extent{at, size}
}

func (t *temporary) giveBack(all []extent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range all {
		t.free[e.size] = append(t.free[e.size], e.at)
	}
}

// extents are where one content is.
type extents struct {
	in   *temporary
	file *os.File
	all  []extent
	size int64 // bytes written
	room int64 // bytes that all have together
}

func (x *extents) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if x.size == x.room {
			next := int64(firstExtent)
			if len(x.all) > 0 {
				next = 2 * x.all[len(x.all)-1].size
			}
			x.all, x.room = append(x.all, x.in.take(next)), x.room+next
		}
		last := x.all[len(x.all)-1]
		left := x.room - x.size
		wrote, err := x.file.WriteAt(p[:min(int64(len(p)), left)], last.at+last.size-left)
		n, x.size, p = n+wrote, x.size+int64(wrote), p[wrote:]
		if err != nil {
			return n, fmt.Errorf("write a temporary file in %s: %w", x.folder(), cause(err))
		}
	}
	return n, nil
}

func (x *extents) folder() string {
	if x.in.dir == "" {
		return os.TempDir()
	}
	return x.in.dir
}

func (x *extents) keep(runnertape.Digest, string) error { return nil }

func (x *extents) drop() {
	x.in.giveBack(x.all)
	x.all, x.size, x.room = nil, 0, 0
}

func (x *extents) open(offset int64) (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(x, offset, max(0, x.size-offset))), nil
}

// ReadAt implements io.ReaderAt.
func (x *extents) ReadAt(p []byte, offset int64) (n int, err error) {
	for _, e := range x.all {
		if offset >= e.size {
			offset -= e.size
			continue
		}
		if len(p) == n {
			break
		}
		got, err := x.file.ReadAt(p[n:min(int64(len(p)), int64(n)+e.size-offset)], e.at+offset)
		n, offset = n+got, 0
		if err != nil {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// cause is an error without the name of a file that nobody knows.
func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}
