package store

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"runnertape"
)

// BenchmarkUpload writes a large body that cannot be compressed, as it comes from the network.
func BenchmarkUpload(b *testing.B) {
	path := filepath.Join(b.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	random := rand.NewChaCha8([32]byte{})
	piece := make([]byte, 64<<10)
	const size = 64 << 20
	b.SetBytes(size)
	b.ReportAllocs()
	id := uint64(0)
	for b.Loop() {
		id++
		x := exchange(id, runnertape.InFlight)
		if err := w.Put(x); err != nil {
			b.Fatal(err)
		}
		_, _ = random.Read(piece) // never fails
		for range size / len(piece) {
			if err := w.Write(id, runnertape.RequestSide, piece); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Put(exchange(id, runnertape.Done)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		b.Fatal(err)
	}
}
