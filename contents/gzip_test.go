package contents

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// members are gzip members one after the other, named and changed at a time as a runner's reports are.
func members(t testing.TB, changed time.Time, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for i := 0; i < len(files); i += 2 {
		z := gzip.NewWriter(&b)
		z.Name, z.ModTime = files[i], changed
		_, err := io.WriteString(z, files[i+1])
		must(t, err)
		must(t, z.Close())
	}
	return b.Bytes()
}

func TestGzip(t *testing.T) {
	changed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := members(t, changed, "a.xml", "<a/>", "", "", "b.xml", "<b/><b/>")
	var packed []int64
	for i := range 3 {
		packed = append(packed, int64(len(members(t, changed, []string{"a.xml", "<a/>", "", "", "b.xml", "<b/><b/>"}[2*i:2*i+2]...))))
	}
	want := &Archive{Format: Gzip, Bytes: int64(len(b)), Count: 3, Unpacked: 12, Complete: true, Entries: []Entry{
		{Name: "a.xml", Bytes: 4, Packed: packed[0], Method: "deflate", CRC32: crcOf("<a/>"), Modified: changed},
		{Bytes: 0, Packed: packed[1], Method: "deflate", CRC32: "00000000", Modified: changed},
		{Name: "b.xml", Bytes: 8, Packed: packed[2], Method: "deflate", CRC32: crcOf("<b/><b/>"), Modified: changed},
	}}
	for name, open := range map[string]Open{"": from(b), "byte by byte": dripping(b)} {
		got, err := ReadArchive(open, int64(len(b)), "gzip")
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func crcOf(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

func TestGzipOddities(t *testing.T) {
	one := members(t, time.Time{}, "a", "content")
	two := append(bytes.Clone(one), one...)
	wrong := bytes.Clone(two)
	wrong[len(wrong)-8]++ // of the checksum
	tests := []struct {
		name, says string
		body       []byte
		count      int64
	}{
		{"whole", "", two, 2},
		{"cut", "member 2: it is cut off", two[:len(two)-3], 2},
		{"cut in a head", "member 2: it is cut off", two[:len(one)+5], 1},
		{"head alone", "member 1: it is cut off", one[:5], 0},
		{"wrong checksum", "member 2: its checksum or size is not that of its content", wrong, 2},
		{"one byte after it", "1 bytes after the last member are no gzip", append(bytes.Clone(one), 0), 1},
		{"something after it", "4 bytes after the last member are no gzip", append(bytes.Clone(one), "tail"...), 1},
		{"long name", "member 1: its head is no gzip head, or one too long", members(t, time.Time{}, string(bytes.Repeat([]byte("n"), 1000)), ""), 0},
		{"another method", "member 1: its head is no gzip head", []byte("\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := ReadArchive(from(tt.body), int64(len(tt.body)), "")
			must(t, err)
			mustSay(t, a.Faults, tt.says)
			if a.Format != Gzip || a.Count != tt.count || a.Complete != (tt.says == "") {
				t.Errorf("%+v", a)
			}
		})
	}
	for n := range two {
		if _, err := ReadArchive(failing(two, int64(n)), int64(len(two)), "gzip"); !errors.Is(err, errDisk) {
			t.Fatalf("a disk that breaks at %d: %v", n, err)
		}
	}
}

// What unpacks to more than there is room for, in one member or very many, is read no further.
func TestGzipBomb(t *testing.T) {
	const room = 4 << 20
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.CopyN(z, zeros{}, room+1)
	must(t, err)
	must(t, z.Close())
	many := bytes.Repeat(members(t, time.Time{}, "", ""), room/memberBytes+10)
	for name, b := range map[string][]byte{"large": b.Bytes(), "many": many} {
		a, err := readArchive(from(b), int64(len(b)), "gzip", room)
		must(t, err)
		mustSay(t, a.Faults, "it unpacks to more than 4 MiB")
		if a.Complete || a.Unpacked > room || a.Count > room/memberBytes || len(a.Entries) > MaxEntries {
			t.Errorf("%s: %d bytes, %d members, %d named", name, a.Unpacked, a.Count, len(a.Entries))
		}
	}
}
