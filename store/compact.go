package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Compacted is what Compact did.
type Compacted struct {
	Before, After int64  // bytes of file
	Unfinished    string // of the copy, see Reader.Unfinished
}

// Compact writes the recording at path again, smaller: chunks that are equal
// once, everything compressed harder, one dictionary for all, no free pages. It
// writes to a new file beside to, checks that, and gives it the name to in one
// step: if to is path, the recording is replaced or as it was. A file to that is
// another is never overwritten ([ErrExists]). The recording is held meanwhile.
// The function progress, if not nil, is told of the part that is done, 0 to 1.
func Compact(ctx context.Context, path, to string, progress func(float64)) (done Compacted, err error) {
	if to != path {
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			return done, createError(to, ErrExists)
		}
	} else if file, err := filepath.EvalSymlinks(path); err == nil { // a link stays one; what cannot be followed cannot be opened
		path, to = file, file
	}
	r, err := Open(path)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := checkPages(path); err != nil {
		return done, openError(path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*.compact") // mode 0600
	if err != nil {
		return done, createError(to, err)
	}
	temporary := f.Name()
	defer os.Remove(temporary) // does nothing once it is renamed
	err = f.Close()
	if err == nil {
		err = compactTo(ctx, r, temporary, progress)
	}
	if err == nil {
		done.Unfinished, err = mustBeEqual(path, temporary)
	}
	if err != nil {
		return done, fmt.Errorf("compact recording %s: %w", path, systemError(err))
	}
	done.Before, done.After = fileSize(path), fileSize(temporary)
	if err = errors.Join(os.Rename(temporary, to), syncDir(filepath.Dir(to))); err != nil {
		return done, fmt.Errorf("compact recording %s: %w", path, err)
	}
	return done, nil
}

// mustBeEqual checks both files: a recording that is damaged is left alone, and
// so is one of which Compact lost something. It tells what is unfinished of the other.
func mustBeEqual(path, compacted string) (unfinished string, err error) {
	var found [2]*Findings
	for i, name := range []string{path, compacted} {
		f, m, err := check(name)
		if err != nil {
			return "", err
		}
		unfinished = m.problem()
		if !f.Whole() {
			return "", fmt.Errorf("%w: %s", ErrDamaged, f.Problems[0])
		}
		found[i] = f
	}
	if a, b := *found[0], *found[1]; a.Exchanges != b.Exchanges || a.InFlight != b.InFlight || a.BodyBytes != b.BodyBytes {
		return "", fmt.Errorf("%w: it has %d exchanges, the compacted one %d", ErrDamaged, a.Exchanges, b.Exchanges)
	}
	return unfinished, nil
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// syncDir makes a rename durable, where the system can do that.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return errors.Join(err, d.Close())
	}
	return d.Close()
}
