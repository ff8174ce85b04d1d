package contents

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// from gives b.
func from(b []byte) Open {
	return func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b[min(offset, int64(len(b))):])), nil
	}
}

// dripping gives b one byte at a time, and its last byte together with the end.
func dripping(b []byte) Open {
	return func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(b[min(offset, int64(len(b))):])))), nil
	}
}

// failing gives b up to a byte, and then an error.
func failing(b []byte, at int64) Open {
	return func(offset int64) (io.ReadCloser, error) {
		whole := io.MultiReader(bytes.NewReader(b[:at]), iotest.ErrReader(errDisk))
		_, err := io.CopyN(io.Discard, whole, offset)
		return io.NopCloser(whole), err
	}
}

// samples are the files of testdata/git, by name: bodies of real git, in base64.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	files, err := filepath.Glob("testdata/git/*.base64")
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		body, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(text), "\n", ""))
		must(t, err)
		found[strings.TrimSuffix(filepath.Base(file), ".base64")] = body
	}
	if len(found) == 0 {
		t.Fatal("there are no samples")
	}
	return found
}

// zipped is a zip of files with the given names, each with its name as content.
func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name})
		must(t, err)
		if !strings.HasSuffix(name, "/") {
			_, err = io.WriteString(w, name)
			must(t, err)
		}
	}
	must(t, z.Close())
	return b.Bytes()
}

// mustSay fails unless one of the faults has text in it; with an empty text, unless there are none.
func mustSay(t testing.TB, faults []string, text string) {
	t.Helper()
	all := strings.Join(faults, "\n")
	if text == "" && len(faults) > 0 || !strings.Contains(all, text) {
		t.Errorf("faults %q, want %q", faults, text)
	}
}

// allocated is how many bytes of memory f asks for in all.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}
