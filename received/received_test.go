package received

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// stores are both kinds, each in a folder of its own.
func stores(t *testing.T) map[string]*Store {
	t.Helper()
	folder, err := Folder(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*Store{"temporary": Temporary(t.TempDir()), "folder": folder}
	t.Cleanup(func() {
		for _, s := range all {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return all
}

// made is content of a size, which differs from seed to seed.
func made(seed uint64, size int) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(seed)}).Read(b)
	return b
}

// Many contents come at once, in pieces of any size; some are dropped, and others get their place.
func TestContents(t *testing.T) {
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			var all sync.WaitGroup
			for n := range uint64(12) {
				all.Go(func() {
					for round := range uint64(3) {
						r := rand.New(rand.NewPCG(n, round))
						content := made(n*3+round, r.IntN(600_000))
						if n == 0 {
							content = nil
						}
						c, err := s.Begin()
						if err != nil {
							t.Error(err)
							return
						}
						for rest := content; len(rest) > 0; {
							k := min(1+r.IntN(200_000), len(rest))
							c.Write(rest[:k])
							rest = rest[k:]
						}
						if round == 0 {
							c.Drop()
							continue
						}
						if err := c.Keep(fmt.Sprintln("content", n)); err != nil {
							t.Error(err)
						}
						checkContent(t, c, content, r)
					}
				})
			}
			all.Wait()
		})
	}
}

func checkContent(t *testing.T, c *Content, want []byte, r *rand.Rand) {
	t.Helper()
	if c.Bytes() != int64(len(want)) || c.SHA256() != sha256.Sum256(want) {
		t.Errorf("%d bytes with digest %s, want %d", c.Bytes(), c.SHA256(), len(want))
	}
	for _, from := range []int{0, r.IntN(len(want) + 1), len(want), len(want) + 9} {
		f, err := c.Open(int64(from))
		if err != nil {
			t.Error(err)
			return
		}
		got, err := io.ReadAll(f)
		f.Close()
		if err != nil || !bytes.Equal(got, want[min(from, len(want)):]) {
			t.Errorf("from byte %d: %d bytes, %v", from, len(got), err)
		}
	}
}

// names are the files in a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// Where a file can lose its name, none is seen while it is used.
func TestTemporaryHasNoName(t *testing.T) {
	dir := t.TempDir()
	s := Temporary(dir)
	if all := names(t, dir); len(all) > 0 {
		t.Errorf("%q before the first content", all)
	}
	c, err := s.Begin()
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("content"))
	if err := c.Keep(""); err != nil {
		t.Error(err)
	}
	all := names(t, dir)
	if hasName := s.place.(*temporary).name != ""; hasName != (len(all) > 0) {
		t.Errorf("files %q", all)
	}
	if info, err := s.place.(*temporary).file.Stat(); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if all := names(t, dir); len(all) > 0 {
		t.Errorf("%q is left", all)
	}
}

// A folder takes what comes to it a second time beside what it has.
func TestFolderOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	var first string
	for range 2 {
		s, err := Folder(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, about := range []string{"job 1", "job 2"} { // the same twice
			c, err := s.Begin()
			if err != nil {
				t.Fatal(err)
			}
			c.Write([]byte("content"))
			if err := c.Keep(about); err != nil {
				t.Error(err)
			}
			first = c.SHA256().String()
		}
		for _, piece := range []string{"log ", "of ", "42"} {
			if err := s.Log(42, int64(strings.Index("log of 42", piece)), []byte(piece)); err != nil {
				t.Error(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if all := names(t, dir); !slices.Equal(all, []string{"42.2.log", "42.log", first, "index.2.txt", "index.txt"}) {
		t.Errorf("files %q", all)
	}
	for name, want := range map[string]string{"42.log": "log of 42", "42.2.log": "log of 42", first: "content", "index.2.txt": first + "  job 1\n" + first + "  job 2\n"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// An error is one line that says where, and stays.
func TestNoRoom(t *testing.T) {
	s := Temporary(t.TempDir())
	c, err := s.Begin()
	if err != nil {
		t.Fatal(err)
	}
	s.place.(*temporary).file.Close()
	_, err = c.Write([]byte("content"))
	if err == nil || !strings.Contains(err.Error(), "write a temporary file in ") || strings.Contains(err.Error(), "runnertape-") {
		t.Errorf("%v", err)
	}
	if kept := c.Keep(""); kept != err {
		t.Errorf("%v, and then %v", err, kept)
	}
	if _, err := Temporary(filepath.Join(t.TempDir(), "none")).Begin(); err == nil {
		t.Error("there is no such folder")
	}
}
