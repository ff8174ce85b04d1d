package main

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"io"
	"io/fs"
	"slices"
	"time"
)

// member is a file of an archive.
type member struct {
	name    string // with / between
	content []byte
	program bool // to be executed
}

func (m *member) mode() int {
	if m.program {
		return 0o755
	}
	return 0o644
}

// sorted puts members in the order of archives, so that it does not depend on who found them.
func sorted(members []member) []member {
	return slices.SortedFunc(slices.Values(members), func(a, b member) int { return cmp.Compare(a.name, b.name) })
}

// writeTarGz writes members that belong to nobody in particular and are from one time.
func writeTarGz(w io.Writer, members []member, when time.Time) error {
	packed, err := gzip.NewWriterLevel(w, gzip.BestCompression) // whose head has neither name nor time
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packed)
	for _, m := range sorted(members) {
		err := archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg, Name: m.name, Size: int64(len(m.content)), Mode: int64(m.mode()), ModTime: when, Format: tar.FormatUSTAR,
		})
		if err != nil {
			return err
		}
		if _, err := archive.Write(m.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return packed.Close()
}

// writeZip is writeTarGz for Windows.
func writeZip(w io.Writer, members []member, when time.Time) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, m := range sorted(members) {
		head := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: when}
		head.SetMode(fs.FileMode(m.mode()))
		file, err := archive.CreateHeader(head)
		if err != nil {
			return err
		}
		if _, err := file.Write(m.content); err != nil {
			return err
		}
	}
	return archive.Close()
}
