package contents

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestZip(t *testing.T) {
	changed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	files := []struct {
		name, content string
		method        uint16
		mode          fs.FileMode
	}{
		{"out/", "", zip.Store, fs.ModeDir | 0o755},
		{"out/app", strings.Repeat("app ", 1000), zip.Deflate, 0o755},
		{"out/ünï.txt", "x", zip.Store, 0o644},
		{"latest", "out/app", zip.Store, fs.ModeSymlink | 0o777},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var want []Entry
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: f.method, Modified: changed}
		h.SetMode(f.mode)
		w, err := z.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(w, f.content)
		must(t, err)
		must(t, z.Flush())
		want = append(want, Entry{
			Name: f.name, Bytes: int64(len(f.content)), Packed: int64(len(f.content)), Method: "stored",
			CRC32: fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(f.content))), Modified: changed, Mode: f.mode.String(),
		})
	}
	want[1].Method = "deflate"
	must(t, z.SetComment("made by hand"))
	must(t, z.Close())
	for name, open := range map[string]Open{"": from(b.Bytes()), "byte by byte": dripping(b.Bytes())} {
		got, err := ReadArchive(open, int64(b.Len()), "zip")
		must(t, err)
		if n := got.Entries[1].Packed; n <= 0 || n >= 100 {
			t.Errorf("packed to %d bytes", n)
		}
		want[1].Packed = got.Entries[1].Packed
		all := &Archive{Format: Zip, Bytes: int64(b.Len()), Entries: want, Count: 4, Unpacked: 4008, Comment: "made by hand", Complete: true}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// zipOf lists b, which is behind other bytes of a body.
func zipOf(t testing.TB, b []byte, said string) *Archive {
	t.Helper()
	body := append([]byte("head of a part"), b...)
	body = append(body, "\r\n--end"...)
	a, err := ReadArchive(Section(from(body), int64(len("head of a part"))), int64(len(b)), said)
	must(t, err)
	return a
}

func TestZipOddities(t *testing.T) {
	good := zipped(t, "a", "b", "c")
	directory := bytes.Index(good, []byte("PK\x01\x02"))
	end := bytes.Index(good, []byte("PK\x05\x06"))
	with := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(good)) }
	put16 := func(at int, value uint16) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint16(b[at:], value); return b }
	}
	put32 := func(at int, value uint32) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint32(b[at:], value); return b }
	}
	tests := []struct {
		name, says string
		body       []byte
		count      int64
	}{
		{"good", "", good, 3},
		{"empty", "it is empty", nil, 0},
		{"no zip", "it does not begin like an archive", []byte("<html>"), 0},
		{"of no files", "", zipped(t), 0},
		{"cut", "it has no end record", good[:end], 0},
		{"something before it", "its directory is said to be at byte", append([]byte("#!/bin/sh\n"), good...), 3},
		{"something after it", "4 bytes after its end", append(bytes.Clone(good), "tail"...), 3},
		{"fewer than it says", "it is said to have 9 entries, and its directory has 3", with(put16(end+10, 9)), 3},
		{"directory larger than all", "its directory is said to have 4294967294 bytes", with(put32(end+12, 0xfffffffe)), 0},
		{"directory elsewhere", "its directory is said to be at byte 7", with(put32(end+16, 7)), 3},
		{"directory is none", "entry 1 of its directory is none", with(put32(directory, 0)), 0},
		{"name beyond", "entry 1 of its directory is cut off", with(put16(directory+28, 0xffff)), 0},
		{"a huge file", "", with(put32(directory+24, 0xfffffffe)), 3},
		{"overlapping", "they overlap, or are not there", with(put32(directory+20, uint32(directory))), 3},
		{"packed size beyond", `entry "a" is said to have 4294967294 bytes at byte 0`, with(put32(directory+20, 0xfffffffe)), 3},
		{"beyond the directory", `entry "a" is said to have`, with(put32(directory+42, uint32(directory))), 3},
		{"a zip64 that is none", "its directory is said to have 4294967295 bytes", with(put32(end+12, 0xffffffff)), 0},
		{"names that lead out", `entry "../../etc/passwd" leads out`, zipped(t, "../../etc/passwd", "ok"), 2},
		{"many names that lead out", "4 entries in all lead out", zipped(t, "/a", `\b`, "c:d", `x\..\y`), 4},
		{"of another format", `it is said to be "gzip", and begins like zip`, good, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			said := "zip"
			if tt.name == "of another format" {
				said = "gzip"
			}
			a := zipOf(t, tt.body, said)
			mustSay(t, a.Faults, tt.says)
			if a.Count != tt.count || a.Complete != (tt.says == "") {
				t.Errorf("%+v", a)
			}
		})
	}
	for n := range len(good) - 1 { // cut anywhere it is not whole
		if a := zipOf(t, good[:n], ""); a.Complete || len(a.Faults) == 0 {
			t.Fatalf("cut at %d: %+v", n, a)
		}
	}
	for n := range good {
		if _, err := ReadArchive(failing(good, int64(n)), int64(len(good)), ""); !errors.Is(err, errDisk) {
			t.Fatalf("a disk that breaks at %d: %v", n, err)
		}
	}
}

// A zip of many files has the first of them and a count; one of more than 65,535 is a zip64. Only its end is read.
func TestZipOfManyFiles(t *testing.T) {
	const files = 1<<16 + 10
	names := make([]string, files)
	for i := range names {
		names[i] = fmt.Sprintf("folder/%d", i)
	}
	many := zipped(t, names...)
	for _, before := range []string{"", "stub"} {
		b := append([]byte(before), many...)
		directory := bytes.Index(b, []byte("PK\x01\x02"))
		lowest := int64(len(b))
		open := func(offset int64) (io.ReadCloser, error) {
			if offset > 0 { // the first bytes tell the format
				lowest = min(lowest, offset)
			}
			return from(b)(offset)
		}
		a, err := ReadArchive(open, int64(len(b)), "zip")
		must(t, err)
		if a.Count != files || len(a.Entries) != MaxEntries || a.Entries[999].Name != "folder/999" || a.Complete != (before == "") {
			t.Errorf("%d entries, %d named, faults %q", a.Count, len(a.Entries), a.Faults)
		}
		if lowest != int64(directory) {
			t.Errorf("byte %d was read, the directory begins at %d", lowest, directory)
		}
	}
}

// A zip of many long names takes no more memory than one of few.
func TestZipMemory(t *testing.T) {
	names := make([]string, 300)
	for i := range names {
		names[i] = strings.Repeat("n", 60000) + fmt.Sprint(i)
	}
	b := zipped(t, names...)
	var a *Archive
	used := allocated(func() {
		var err error
		a, err = ReadArchive(from(b), int64(len(b)), "zip")
		must(t, err)
	})
	kept := 0
	for _, e := range a.Entries {
		kept += len(e.Name)
	}
	// Each name is a string for a moment; what is kept is what does not go.
	if a.Count != 300 || kept > 300*(maxText+10) || used > int64(len(b)) {
		t.Errorf("%d entries, %d bytes of names, %d allocated", a.Count, kept, used)
	}
}

func TestZipLikeGo(t *testing.T) {
	mustBeLikeGo(t, zipped(t, "a", "dir/", "dir/b"))
}

// mustBeLikeGo holds the list of b against that of Go's own reader.
func mustBeLikeGo(t testing.TB, b []byte) {
	t.Helper()
	a, err := ReadArchive(from(b), int64(len(b)), "zip")
	must(t, err)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) || !a.Complete {
		return // what is wrong may be read in several ways
	}
	if a.Count != int64(len(z.File)) {
		t.Fatalf("%d entries, %d for Go", a.Count, len(z.File))
	}
	for i, e := range a.Entries {
		f := z.File[i]
		if e.Name != cut(f.Name) || uint64(e.Bytes) != f.UncompressedSize64 || uint64(e.Packed) != f.CompressedSize64 || e.CRC32 != fmt.Sprintf("%08x", f.CRC32) || e.Mode != f.Mode().String() {
			t.Fatalf("%+v, for Go %+v", e, f.FileHeader)
		}
	}
}

// smallZip64 is a zip of one file with a zip64 record, as it is written by who does not know how large it will be.
func smallZip64(t testing.TB) []byte {
	t.Helper()
	b := zipped(t, "a")
	end := bytes.Index(b, []byte("PK\x05\x06"))
	directory := bytes.Index(b, []byte("PK\x01\x02"))
	record := binary.LittleEndian.AppendUint32(nil, end64Signature)
	record = binary.LittleEndian.AppendUint64(record, end64Bytes-12)
	record = append(record, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	record = binary.LittleEndian.AppendUint64(record, 1)
	record = binary.LittleEndian.AppendUint64(record, 1)
	record = binary.LittleEndian.AppendUint64(record, uint64(end-directory))
	record = binary.LittleEndian.AppendUint64(record, uint64(directory))
	record = binary.LittleEndian.AppendUint32(record, locatorSignature)
	record = binary.LittleEndian.AppendUint32(record, 0)
	record = binary.LittleEndian.AppendUint64(record, uint64(end))
	record = binary.LittleEndian.AppendUint32(record, 1)
	last := bytes.Clone(b[end:])
	copy(last[8:], bytes.Repeat([]byte{0xff}, 12))
	return append(append(b[:end:end], record...), last...)
}

func TestSmallZip64(t *testing.T) {
	b := smallZip64(t)
	if a := zipOf(t, b, ""); a.Count != 1 || !a.Complete {
		t.Errorf("%+v", a)
	}
	mustBeLikeGo(t, b)
	gone := bytes.Replace(b, []byte("PK\x06\x06"), []byte("PK\x00\x00"), 1)
	a := zipOf(t, gone, "")
	mustSay(t, a.Faults, "the zip64 record is not where it is said to be")
}
