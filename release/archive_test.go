package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"time"
)

// found is a member as it is read back.
type found struct {
	name    string
	content string
	mode    fs.FileMode
	when    time.Time
}

func TestArchives(t *testing.T) {
	when := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	members := []member{{name: "f/b", content: []byte("second")}, {"f/a", []byte("first"), true}}
	want := []found{{"f/a", "first", 0o755, when}, {"f/b", "second", 0o644, when}}
	tests := []struct {
		name  string
		write func(io.Writer, []member, time.Time) error
		read  func(*testing.T, []byte) []found
	}{
		{"tar.gz", writeTarGz, readTarGz},
		{"zip", writeZip, readZip},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var one, other bytes.Buffer
			if err := errors.Join(test.write(&one, members, when), test.write(&other, []member{members[1], members[0]}, when)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(one.Bytes(), other.Bytes()) {
				t.Error("the bytes depend on the order in which members were found")
			}
			if got := test.read(t, one.Bytes()); !slices.Equal(got, want) {
				t.Errorf("it has %v, want %v", got, want)
			}
		})
	}
}

func readTarGz(t *testing.T, archive []byte) []found {
	t.Helper()
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var all []found
	for r := tar.NewReader(unpacked); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found{head.Name, readAll(t, r), head.FileInfo().Mode(), head.ModTime.UTC()})
	}
}

func readZip(t *testing.T, archive []byte) []found {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var all []found
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found{f.Name, readAll(t, content), f.Mode(), f.Modified.UTC()})
	}
	return all
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
