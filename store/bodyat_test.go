package store

import (
	"bytes"
	"io"
	"math"
	"path/filepath"
	"testing"

	"runnertape"
)

// mustReadFromAnywhere holds what BodyAt gives of every body against what Body gives.
func mustReadFromAnywhere(t *testing.T, path string) {
	t.Helper()
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	large := 0
	for x, err := range r.Exchanges() {
		must(t, err)
		for _, side := range sides {
			whole := readBody(t, r, x.ID, side)
			n := int64(len(whole))
			if n > maxChunkBytes {
				large++
			}
			for _, offset := range []int64{0, 1, InlineBytes, ChunkBytes - 1, ChunkBytes, ChunkBytes + 1, maxChunkBytes, 2*ChunkBytes + 7, 2 * maxChunkBytes, n - 1, n, n + 1, n + ChunkBytes, math.MaxInt64} {
				if offset < 0 {
					continue
				}
				body, err := r.BodyAt(x.ID, side, offset)
				must(t, err)
				got, err := io.ReadAll(body)
				must(t, err)
				must(t, body.Close())
				if !bytes.Equal(got, whole[min(offset, n):]) {
					t.Fatalf("%s body of exchange %d from byte %d on has %d bytes of %d", side, x.ID, offset, len(got), n)
				}
			}
		}
	}
	if large == 0 {
		t.Error("no body has two chunks, so nothing was proved")
	}
}

func TestBodyAt(t *testing.T) {
	path := mixed(t)
	mustReadFromAnywhere(t, path)
	compacted := filepath.Join(t.TempDir(), "compacted.db")
	_, err := Compact(t.Context(), path, compacted, nil)
	must(t, err)
	mustReadFromAnywhere(t, compacted)
	old := format1(t) // whose chunks are larger
	mustReadFromAnywhere(t, old)
	w, err := Append(old)
	must(t, err)
	must(t, w.Write(4, runnertape.RequestSide, make([]byte, 3*maxChunkBytes)))
	must(t, w.Put(exchange(4, runnertape.Done)))
	must(t, w.Close())
	mustReadFromAnywhere(t, old)

	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if _, err := r.BodyAt(201, runnertape.RequestSide, -1); err == nil {
		t.Error("a body has a byte -1")
	}
}

// To read the end of a body takes two chunks, however many there are before it.
func TestBodyAtSkipsChunks(t *testing.T) {
	path := mixed(t)
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	b := &bodyReader{r: r, id: 201, side: runnertape.RequestSide}
	must(t, b.seek(5*ChunkBytes+10))
	if b.index != 6 || len(b.part) != 90 {
		t.Errorf("after chunk %d there are %d bytes left", b.index-1, len(b.part))
	}
}

func BenchmarkBodyAtEnd(b *testing.B) {
	path := filepath.Join(b.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{})
	if err != nil {
		b.Fatal(err)
	}
	const size = 64 << 20
	piece := make([]byte, 1<<20)
	for range size / len(piece) {
		if err := w.Write(1, runnertape.RequestSide, piece); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Put(exchange(1, runnertape.Done)); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	r, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for name, read := range map[string]func() (io.ReadCloser, error){
		"seek":    func() (io.ReadCloser, error) { return r.BodyAt(1, runnertape.RequestSide, size-100) },
		"discard": func() (io.ReadCloser, error) { return r.Body(1, runnertape.RequestSide) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				body, err := read()
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
