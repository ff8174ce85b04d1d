package store

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// findEarlier looks for the files before this one: beside it, with a number in their name, and of the same header.
func (w *Writer) findEarlier() {
	if w.earlier.known || w.after == 0 {
		return
	}
	w.earlier.known = true
	entries, err := os.ReadDir(filepath.Dir(w.path))
	if err != nil {
		w.unreached(fmt.Sprintf("files before %s: %v", w.path, systemError(err)))
		return
	}
	var numbers []int
	lowest := w.after
	for _, e := range entries {
		number, ok := w.numberOf(e.Name())
		if !ok {
			continue
		}
		numbers = append(numbers, number)
		f := &earlierFile{path: filepath.Join(filepath.Dir(w.path), e.Name())}
		ours, err := w.isOurs(f)
		switch {
		case err != nil:
			w.lose(f, err)
		case ours:
			w.earlier.files = append(w.earlier.files, f)
			lowest = min(lowest, f.after)
		}
	}
	slices.SortFunc(w.earlier.files, func(a, b *earlierFile) int { return cmp.Compare(b.after, a.after) })
	slices.Sort(numbers)
	for i := 1; len(numbers) > 0 && i < numbers[len(numbers)-1]; i++ {
		if _, found := slices.BinarySearch(numbers, i); !found {
			w.unreached(numbered(w.path, i) + ": it is not there")
			lowest = 0 // the reason is said
		}
	}
	if lowest > 0 {
		w.unreached(fmt.Sprintf("the file before %s, with exchanges 1 to %d, is not there", w.path, lowest))
	}
}

// numbered is the name of an earlier file of the recording at path: recording.1.db.
func numbered(path string, n int) string {
	suffix := filepath.Ext(path)
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(path, suffix), n, suffix)
}

func (w *Writer) numberOf(name string) (int, bool) {
	suffix := filepath.Ext(w.path)
	middle, ok := strings.CutPrefix(strings.TrimSuffix(name, suffix), strings.TrimSuffix(filepath.Base(w.path), suffix)+".")
	n, err := strconv.Atoi(middle)
	return n, ok && err == nil && filepath.Base(numbered(w.path, n)) == name
}
