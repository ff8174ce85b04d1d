package contents

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func gzipOf(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = name
	_, err := z.Write(content)
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

func zstdOf(t testing.TB, content []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	must(t, err)
	return z.EncodeAll(content, nil)
}

// tarOf is a tar of files: name and content by turns.
func tarOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Name: "dir/", Typeflag: tar.TypeDir, Mode: 0o755}))
	for i := 0; i < len(files); i += 2 {
		must(t, w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1]))}))
		_, err := io.WriteString(w, files[i+1])
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// zipOfFiles is a zip of files: name and content by turns.
func zipOfFiles(t testing.TB, method uint16, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(93, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		must(t, err)
		_, err = io.WriteString(w, files[i+1])
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// filesOf are the files of an archive as "name=content", long content as its length, and the faults.
func filesOf(open Open, size int) (files, faults []string, err error) {
	faults, err = eachFile(open, int64(size), func(name string, r io.Reader) error {
		content, err := io.ReadAll(r)
		text := string(content)
		if len(text) > 100 {
			text = fmt.Sprint(len(text))
		}
		files = append(files, name+"="+text)
		if err != nil {
			files[len(files)-1] += "!"
		}
		return nil
	}, 1<<20)
	return files, faults, err
}

func TestEachFile(t *testing.T) {
	inner := tarOf(t, "env.txt", "A=1", "empty", "", "big", strings.Repeat("x", 100_000))
	bomb := gzipOf(t, "", make([]byte, 2<<20))
	cut := zipOfFiles(t, zip.Deflate, "a", strings.Repeat("abcdefg", 1000))
	damaged := slices.Clone(cut)
	damaged[40] ^= 0xff
	tests := []struct {
		name          string
		archive       []byte
		files, faults []string
	}{
		{"zip", zipOfFiles(t, zip.Deflate, "dir/", "", "dir/a", "one", "b", "two"), []string{"dir/a=one", "b=two"}, nil},
		{"zip, stored", zipOfFiles(t, zip.Store, "a", "one", "b", "two"), []string{"a=one", "b=two"}, nil},
		{"zip with zstd", zipOfFiles(t, 93, "a", "one"), []string{"a=one"}, nil},
		{"gzip", gzipOf(t, "junit.xml", []byte("<x/>")), []string{"junit.xml=<x/>"}, nil},
		{"gzip of several", slices.Concat(gzipOf(t, "", []byte("one")), gzipOf(t, "", []byte("two"))), []string{"=onetwo"}, nil},
		{"tar", inner, []string{"env.txt=A=1", "empty=", "big=100000"}, nil},
		{"tar.gz", gzipOf(t, "", inner), []string{"env.txt=A=1", "empty=", "big=100000"}, nil},
		{"tar.zst", zstdOf(t, inner), []string{"env.txt=A=1", "empty=", "big=100000"}, nil},
		{"tar.gz in a zip", zipOfFiles(t, zip.Store, "x.tar.gz", string(gzipOf(t, "", inner))), []string{"x.tar.gz: env.txt=A=1", "x.tar.gz: empty=", "x.tar.gz: big=100000"}, nil},
		{"zip in a zip", zipOfFiles(t, zip.Store, "x.jar", string(cut), "b", "two"), []string{"b=two"}, []string{`"x.jar" is a zip in an archive, and was not unpacked`}},
		{"text", []byte("A=1"), nil, nil},
		{"nothing", nil, nil, nil},
		{"zip cut off", cut[:len(cut)-30], nil, []string{"it has no end record: it is cut off, or no zip"}},
		{"zip damaged", damaged, []string{"a=!"}, []string{`"a" cannot be unpacked: flate: corrupt input before offset 17`}},
		{"gzip cut off", gzipOf(t, "a", []byte(strings.Repeat("abc", 10)))[:25], []string{"a=" + strings.Repeat("abc", 10) + "!"}, []string{"it cannot be unpacked: it is cut off"}},
		{"tar cut off", gzipOf(t, "", inner[:4000]), []string{"env.txt=A=1", "empty=", "big=1440!"}, []string{"it cannot be unpacked: unexpected EOF"}},
		{"bomb", bomb, []string{"=1048576!"}, []string{"it cannot be unpacked: it unpacks to too much"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, faults, err := filesOf(from(test.archive), len(test.archive))
			must(t, err)
			if !slices.Equal(files, test.files) || !slices.Equal(faults, test.faults) {
				t.Errorf("files %q\nwant  %q\nfaults %q\nwant   %q", files, test.files, faults, test.faults)
			}
			for at := range int64(min(len(test.archive), 300)) { // an error of reading is one, wherever it comes
				if test.files == nil {
					break
				}
				if _, _, err := filesOf(failing(test.archive, at), len(test.archive)); !errors.Is(err, errDisk) {
					t.Fatalf("reading failed at byte %d: %v", at, err)
				}
			}
		})
	}
}

// Who is given files may have enough of them.
func TestEachFileStops(t *testing.T) {
	enough := errors.New("enough")
	for name, archive := range map[string][]byte{"zip": zipOfFiles(t, zip.Store, "a", "one", "b", "two"), "tar": tarOf(t, "a", "one", "b", "two")} {
		n := 0
		_, err := EachFile(from(archive), int64(len(archive)), func(string, io.Reader) error {
			n++
			return enough
		})
		if n != 1 || !errors.Is(err, enough) {
			t.Errorf("%s: %d files, %v", name, n, err)
		}
	}
}
