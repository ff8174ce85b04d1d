package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape/fixtures"
	"runnertape/store"
)

// Of each format that was ever written, of the database and of the text, one recording is kept for ever. It opens,
// reads to its end, and replays what jobs it has.
func TestEveryFormatIsKept(t *testing.T) {
	for n := 1; n <= store.Format; n++ {
		one, err := filepath.Glob(fmt.Sprintf("../../store/testdata/format-%d.db.gz", n))
		mustDo(t, err)
		more, err := filepath.Glob(fmt.Sprintf("../../store/testdata/format-%d-*.db.gz", n)) // it grew without another number
		mustDo(t, err)
		if len(one) == 0 {
			t.Errorf("there is none of database format %d", n)
		}
		for _, path := range append(one, more...) {
			t.Run(filepath.Base(path), func(t *testing.T) { keptDatabase(t, path, n) })
		}
	}
	for n := 1; n <= fixtures.Format; n++ {
		t.Run(fmt.Sprint("text ", n), func(t *testing.T) {
			path := fmt.Sprintf("../../fixtures/testdata/format-%d.txtar", n)
			mustBeText(t, path, n)
			readFormat(t, path)
			if n == fixtures.Format {
				return // the catalogue is in it
			}
			path = fmt.Sprintf("../../fixtures/testdata/format-%d-runner.txtar", n)
			mustBeText(t, path, n)
			readFormat(t, path)
		})
	}
}

// keptDatabase reads a packed database of one format.
func keptDatabase(t *testing.T, packed string, format int) {
	t.Helper()
	f, err := os.Open(packed)
	mustDo(t, err)
	defer f.Close()
	unpack, err := gzip.NewReader(f)
	mustDo(t, err)
	content, err := io.ReadAll(unpack)
	mustDo(t, err)
	path := filepath.Join(t.TempDir(), "recording.db")
	mustDo(t, os.WriteFile(path, content, 0o600))
	if f, err := store.Check(path); err != nil || !f.Whole() {
		t.Errorf("check: %v %+v", err, f)
	}
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	if got := src.Header().Format; got != format {
		t.Errorf("it is of format %d", got)
	}
	readFormat(t, path)
}

// mustBeText wants a text recording of one format, which its first line says.
func mustBeText(t *testing.T, path string, format int) {
	t.Helper()
	content, err := os.ReadFile(path)
	mustDo(t, err)
	if first, _, _ := strings.Cut(string(content), "\n"); first != fmt.Sprint("runnertape text recording, format ", format) {
		t.Errorf("%s begins %q", path, first)
	}
}

// readFormat reads, rebuilds and dumps the recording at path, and replays it if its jobs ended; those that were made by hand have none.
func readFormat(t *testing.T, path string) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	all := rebuild(t, src)
	mustDo(t, src.Close())
	if len(all.exchanges) == 0 {
		t.Error("it has no exchanges")
	}
	p, stop, said := testProcess(t)
	defer stop()
	p.args = []string{"proxy", "dump", path}
	if code := p.run(); code != exitOK {
		t.Errorf("dump: exit code %d\n%s", code, said)
	}
	if len(all.jobs) > 0 && !all.jobs[0].Ended.IsZero() {
		replayScripted(t, path, false)
	}
}
