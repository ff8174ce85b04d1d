package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Beside are the other files of the recording that the one at path is of, as [Limit.Rotate] makes them: in the same
// folder, of the same name but for its number, with the same header. Those that cannot be opened, as another
// program has them, are not among them, and wrong says why.
func Beside(path string) (paths []string, wrong error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	h := r.Header()
	if err := r.Close(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, systemError(err)
	}
	for _, e := range entries {
		other := filepath.Join(filepath.Dir(path), e.Name())
		if filepath.Base(other) == filepath.Base(path) || !isNumberedAlike(other, path) {
			continue
		}
		r, err := Open(other)
		switch {
		case errors.Is(err, ErrForeign):
		case err != nil:
			wrong = errors.Join(wrong, err)
		default:
			if found := r.Header(); found.IsOne(&h) {
				paths = append(paths, other)
			}
			wrong = errors.Join(wrong, r.Close())
		}
	}
	slices.Sort(paths)
	return paths, wrong
}

// isNumberedAlike tells of two names that they may be of one recording. A name may end in a number itself.
func isNumberedAlike(a, b string) bool {
	nameA, nameB := withoutNumber(filepath.Base(a)), withoutNumber(filepath.Base(b))
	return nameA == nameB || nameA == filepath.Base(b) || filepath.Base(a) == nameB
}

// withoutNumber is the name that a file of a recording had before it got a number.
func withoutNumber(name string) string {
	suffix := filepath.Ext(name)
	number := filepath.Ext(strings.TrimSuffix(name, suffix))
	without := strings.TrimSuffix(name, number+suffix) + suffix
	if n, err := strconv.Atoi(strings.TrimPrefix(number, ".")); err != nil || numbered(without, n) != name {
		return name
	}
	return without
}
