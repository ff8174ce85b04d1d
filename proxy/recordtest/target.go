package recordtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"runnertape/fixtures"
)

// target is where a recording is to be, which is text: a file, or a folder with long bodies beside the text.
type target struct {
	path   string
	folder bool
	made   []string // folders above it that were not there before, the deepest first
}

// targetOf says what a path names, as the commands do.
func targetOf(path string) (*target, error) {
	info, err := os.Stat(path)
	folder := path != "" && os.IsPathSeparator(path[len(path)-1]) || filepath.Ext(path) == "" || err == nil && info.IsDir()
	if !folder && filepath.Ext(path) != ".txtar" {
		return nil, fmt.Errorf("%s: recordings of tests are text: name it so that it ends in .txtar, or in / for a folder", path)
	}
	return &target{path: filepath.Clean(path), folder: folder}, nil
}

// prepare makes the folders above it, and refuses to put a recording among files that are of none.
func (to *target) prepare() error {
	above := filepath.Dir(to.path)
	for at := above; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(at); err == nil {
			break
		}
		to.made = append(to.made, at)
	}
	if err := os.MkdirAll(above, 0o777); err != nil || !to.folder {
		return err
	}
	entries, err := os.ReadDir(to.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if text, textErr := fixtures.IsText(to.path); err == nil && len(entries) > 0 && !text {
		err = errors.Join(fixtures.ErrNotEmpty, textErr)
	}
	return err
}

// unmake takes away the folders that prepare made, but those that have something by now.
func (to *target) unmake() {
	for _, dir := range to.made {
		_ = os.Remove(dir) // which fails for one that is not empty
	}
}

// write writes src to a path, in the form of the target.
func (to *target) write(path string, src fixtures.Source) error {
	if to.folder {
		return fixtures.WriteFolder(path, src)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(fixtures.Write(f, src), f.Close())
}

// replace puts what was written in the place of the old recording.
func (to *target) replace(written string) error {
	if to.folder {
		return fixtures.MoveFolder(written, to.path)
	}
	return os.Rename(written, to.path)
}
