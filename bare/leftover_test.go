//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package bare

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const leaving = "RUNNERTAPE_TEST_LEAVES_A_FOLDER"

// What a killed process has left is removed by the next that makes a folder; what is in use, or has no lock, is not.
func TestLeftover(t *testing.T) {
	if os.Getenv(leaving) != "" {
		dir, err := New(t.Context(), nil, slog.New(slog.DiscardHandler)).folder()
		fmt.Printf("made %s %v\n", dir, err)
		os.Stdin.Read(make([]byte, 1)) // until it is killed
		return
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	unlocked := filepath.Join(temp, folderPrefix+"old")
	must(t, os.Mkdir(unlocked, 0o700))
	used := New(t.Context(), nil, slog.New(slog.DiscardHandler))
	_, err := used.folder()
	must(t, err)

	child := exec.Command(os.Args[0], "-test.run=^TestLeftover$")
	child.Env = append(os.Environ(), leaving+"=1")
	_, err = child.StdinPipe()
	must(t, err)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	repository, ok := strings.CutPrefix(strings.TrimSuffix(line, " <nil>\n"), "made ")
	left := filepath.Dir(repository)
	if !ok || filepath.Dir(left) != temp {
		t.Fatalf("it said %q", line)
	}

	wants := func(when string, want ...string) {
		t.Helper()
		for _, dir := range []string{unlocked, used.dir, left} {
			_, err := os.Stat(dir)
			if there := err == nil; there != strings.Contains(strings.Join(want, " "), dir) {
				t.Errorf("%s: %s: %v", when, dir, err)
			}
		}
	}
	sweep()
	wants("while both live", unlocked, used.dir, left)
	must(t, child.Process.Kill())
	child.Wait()
	wants("after one was killed", unlocked, used.dir, left)
	next := New(t.Context(), nil, slog.New(slog.DiscardHandler))
	_, err = next.folder()
	must(t, err)
	wants("when there is another", unlocked, used.dir)
	must(t, next.Close())
	must(t, used.Close())
	wants("at the end", unlocked)
}

// A folder that others could have made is not touched.
func TestLeftoverOfOthers(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	elsewhere := t.TempDir()
	must(t, os.WriteFile(filepath.Join(elsewhere, lockName), nil, 0o600))
	must(t, os.Symlink(elsewhere, filepath.Join(temp, folderPrefix+"link")))
	open := filepath.Join(temp, folderPrefix+"open")
	must(t, os.Mkdir(open, 0o700))
	must(t, os.Chmod(open, 0o777))
	must(t, os.WriteFile(filepath.Join(open, lockName), nil, 0o600))
	sweep()
	for _, dir := range []string{elsewhere, open} {
		if _, err := os.Stat(filepath.Join(dir, lockName)); err != nil {
			t.Error(err)
		}
	}
}
