//go:build unix

package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"runnertape"
)

const limitVariable = "STORE_TEST_FILE_LIMIT"

// TestFileSizeLimit records in a process of its own until the system refuses to
// let the file grow, as it does when a disk is full.
func TestFileSizeLimit(t *testing.T) {
	if path := os.Getenv(limitVariable); path != "" {
		recordToLimit(path)
		return
	}
	path := filepath.Join(t.TempDir(), "recording.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestFileSizeLimit$")
	cmd.Env = append(os.Environ(), limitVariable+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said, _, _ := bytes.Cut(out, []byte("\n"))
	count, text, _ := strings.Cut(string(said), " ")
	committed, err := strconv.ParseInt(count, 10, 64)
	if err != nil || committed < 100 || !strings.HasSuffix(text, "file too large") || strings.Count(text, path) != 1 {
		t.Errorf("the recorder said %q", said)
	}
	if f := mustBeWhole(t, path); f.Exchanges != committed {
		t.Errorf("%d exchanges, %d were committed", f.Exchanges, committed)
	}
	w, err := Append(path)
	must(t, err)
	must(t, w.Put(exchange(1_000_000, runnertape.Done)))
	must(t, w.Close())
	mustBeWhole(t, path)
}

func recordToLimit(path string) {
	fail := func(err error) {
		if err != nil {
			fmt.Println("unexpected:", err)
			os.Exit(1)
		}
	}
	limit := syscall.Rlimit{Cur: 40 << 20, Max: 40 << 20}
	fail(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	w, err := Create(path, runnertape.Recording{})
	fail(err)
	w.db.NoSync = true
	noise := make([]byte, ChunkBytes)
	random := rand.NewChaCha8([32]byte{})
	for id := uint64(1); ; id++ {
		_, _ = random.Read(noise) // never fails
		fail(w.Write(id, runnertape.RequestSide, noise))
		fail(w.Put(exchange(id, runnertape.Done)))
		if err := w.Commit(); err != nil {
			fmt.Println(id-1, err)
			if again := w.Close(); !errors.Is(again, err) {
				fmt.Println("Close:", again)
			}
			os.Exit(0)
		}
	}
}
