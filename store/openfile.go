package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// openFile is the file behind an open recording, by which a Writer knows it
// again: bbolt would go on writing to a file that has no name any more.
type openFile struct {
	info os.FileInfo
}

func (f *openFile) look(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrGone
	case err != nil:
		return err
	case f.info != nil && !os.SameFile(f.info, info):
		return ErrGone
	case f.info != nil && info.Size() < f.info.Size(): // it only grows while it is open
		return fmt.Errorf("%w: it was cut off from %d to %d bytes while it was written", ErrDamaged, f.info.Size(), info.Size())
	}
	f.info = info
	return nil
}
