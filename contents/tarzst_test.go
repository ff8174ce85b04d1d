package contents

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// tarZst is a tar of headers and contents, packed.
func tarZst(t testing.TB, write func(*tar.Writer), o ...zstd.EOption) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, append(o, zstd.WithEncoderConcurrency(1))...)
	must(t, err)
	w := tar.NewWriter(z)
	write(w)
	must(t, w.Close())
	must(t, z.Close())
	return b.Bytes()
}

func smallTar(t testing.TB) []byte {
	return tarZst(t, func(w *tar.Writer) {
		changed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		for _, h := range []*tar.Header{
			{Name: "out/", Typeflag: tar.TypeDir, Mode: 0o755, ModTime: changed},
			{Name: "out/" + strings.Repeat("long", 50), Typeflag: tar.TypeReg, Mode: 0o644, Size: 5, ModTime: changed},
			{Name: "latest", Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: "out/a", ModTime: changed},
		} {
			must(t, w.WriteHeader(h))
			if h.Size > 0 {
				_, err := io.WriteString(w, "hello")
				must(t, err)
			}
		}
	})
}

func TestTarZst(t *testing.T) {
	b := smallTar(t)
	changed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want := &Archive{Format: TarZst, Bytes: int64(len(b)), Count: 3, Unpacked: 5, Complete: true, Entries: []Entry{
		{Name: "out/", Mode: "drwxr-xr-x", Modified: changed},
		{Name: "out/" + strings.Repeat("long", 50), Bytes: 5, Mode: "-rw-r--r--", Modified: changed},
		{Name: "latest", Mode: "Lrwxrwxrwx", Modified: changed, Link: "out/a"},
	}}
	for name, open := range map[string]Open{"": from(b), "byte by byte": dripping(b)} {
		got, err := ReadArchive(open, int64(len(b)), "tarzstd")
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTarZstOddities(t *testing.T) {
	b := smallTar(t)
	for n := 4; n < len(b); n++ {
		a, err := ReadArchive(from(b[:n]), int64(n), "")
		must(t, err)
		if a.Complete || len(a.Faults) == 0 {
			t.Fatalf("cut at %d: %+v", n, a)
		}
	}
	for n := range b {
		if _, err := ReadArchive(failing(b, int64(n)), int64(len(b)), ""); !errors.Is(err, errDisk) {
			t.Fatalf("a disk that breaks at %d: %v", n, err)
		}
	}
	var noTar bytes.Buffer
	z, err := zstd.NewWriter(&noTar)
	must(t, err)
	_, err = z.Write(bytes.Repeat([]byte("hello"), 1000))
	must(t, err)
	must(t, z.Close())
	bomb := tarZst(t, func(w *tar.Writer) {
		must(t, w.WriteHeader(&tar.Header{Name: "zeros", Size: 8 << 20}))
		_, err := io.CopyN(w, zeros{}, 8<<20)
		must(t, err)
	}, zstd.WithEncoderLevel(zstd.SpeedFastest))
	for _, tt := range []struct {
		name, says string
		body       []byte
		count      int64
	}{
		{"no tar", "entry 1 is no tar entry", noTar.Bytes(), 0},
		{"no zstd", "after 0 entries", []byte("\x28\xb5\x2f\xfdnonsense that is no frame"), 0},
		{"bomb", "it unpacks to more than 4 MiB", bomb, 1},
		{"window of 1 GiB", "takes more than 32 MiB of memory", []byte("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"), 0},
	} {
		a, err := readArchive(from(tt.body), int64(len(tt.body)), "", 4<<20)
		must(t, err)
		mustSay(t, a.Faults, tt.says)
		if a.Format != TarZst || a.Count != tt.count || a.Complete {
			t.Errorf("%s: %+v", tt.name, a)
		}
	}
}

func TestRaw(t *testing.T) {
	a, err := ReadArchive(from([]byte("{}")), 2, "raw")
	must(t, err)
	if diff := cmp.Diff(&Archive{Format: Raw, Bytes: 2, Unpacked: 2, Entries: []Entry{}, Complete: true}, a); diff != "" {
		t.Error(diff)
	}
	a, err = ReadArchive(from([]byte("{}")), 2, "gzip")
	must(t, err)
	mustSay(t, a.Faults, `it is said to be "gzip", and begins like no archive`)
}
