package received

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"runnertape"
)

// Folder keeps contents and logs in a folder, which is made if it is not there. A content is
// named by its SHA-256; index.txt has a line for each that came, in their order: its name, and
// what it is. No file that is there already is changed: of another replay's index or log
// the next is named index.2.txt or 42.2.log.
func Folder(path string) (*Store, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	index, err := create(path, "index", ".txt")
	if err != nil {
		return nil, err
	}
	f := &folder{path: path, index: index}
	return &Store{place: f, logs: &logs{folder: path, names: map[int64]string{}}}, nil
}

type folder struct {
	path string

	mu    sync.Mutex // guards what follows
	index *os.File
}

// create makes a new file: name.2.ext if there is name.ext.
func create(dir, name, ext string) (*os.File, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+ext)
		if n > 1 {
			path = filepath.Join(dir, name+"."+strconv.Itoa(n)+ext)
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func (f *folder) begin() (spot, error) {
	file, err := os.CreateTemp(f.path, "coming-*") // of mode 0600
	if err != nil {
		return nil, fmt.Errorf("create a file in %s: %w", f.path, cause(err))
	}
	return &named{in: f, file: file}, nil
}

func (f *folder) close() error { return f.index.Close() }

// named is a file of such a folder.
type named struct {
	in   *folder
	file *os.File // while it is written
	path string   // once it is kept
}

func (n *named) Write(p []byte) (int, error) {
	wrote, err := n.file.Write(p)
	if err != nil {
		err = fmt.Errorf("write in %s: %w", n.in.path, cause(err))
	}
	return wrote, err
}

// keep gives the file its name. If one has it already it has the same content.
func (n *named) keep(sum runnertape.Digest, about string) error {
	if err := n.file.Close(); err != nil {
		n.drop()
		return err
	}
	n.in.mu.Lock()
	defer n.in.mu.Unlock()
	path := filepath.Join(n.in.path, sum.String())
	if _, err := os.Lstat(path); err == nil {
		n.drop()
	} else if err := os.Rename(n.file.Name(), path); err != nil {
		n.drop()
		return err
	}
	n.path = path
	if _, err := fmt.Fprintf(n.in.index, "%s  %s\n", sum, strings.ReplaceAll(about, "\n", " ")); err != nil {
		return fmt.Errorf("write in %s: %w", n.in.path, cause(err))
	}
	return nil
}

// drop removes a file that has not got its name.
func (n *named) drop() {
	n.file.Close()
	os.Remove(n.file.Name())
}

func (n *named) open(offset int64) (io.ReadCloser, error) {
	f, err := os.Open(n.path)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
