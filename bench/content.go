package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"strings"
)

const (
	noiseBlock = 1 << 20
	noisePiece = 32 << 10 // what gitlab-runner's copy loop reads at once, and so the size of its chunks
)

// noise is content that does not compress, as that of an archive: one block of pseudo-random
// bytes, again and again, with a counter in each piece so that no two pieces are equal.
type noise struct {
	left    int64
	counter uint64
	chunked bool   // each piece with the framing of RFC 9112 §7.1
	block   []byte // of pieces, framed or not
}

func newNoise(size int64, chunked bool) *noise {
	n := &noise{left: size, chunked: chunked}
	source := rand.NewChaCha8([32]byte{})
	piece := make([]byte, noisePiece)
	for range noiseBlock / noisePiece {
		source.Read(piece)
		copy(piece, "PK\x03\x04") // a zip's, so that nobody tries to compress it
		n.block = n.appendPiece(n.block, piece)
	}
	return n
}

func (n *noise) appendPiece(to, piece []byte) []byte {
	if !n.chunked {
		return append(to, piece...)
	}
	return append(appendChunkHead(to, len(piece)), append(piece, "\r\n"...)...)
}

func appendChunkHead(to []byte, n int) []byte { return fmt.Appendf(to, "%x\r\n", n) }

// writeTo writes what is left, and adds the content without framing to sum, which may be nil.
func (n *noise) writeTo(w io.Writer, sum hash.Hash) error {
	framed := len(n.block) / (noiseBlock / noisePiece)
	at := 0
	if n.chunked {
		at = framed - noisePiece - 2
	}
	for n.left > 0 {
		pieces := int(min(n.left/noisePiece, noiseBlock/noisePiece))
		if pieces == 0 { // the rest is shorter than a piece
			rest := n.block[at:][:n.left]
			n.left = 0
			n.add(sum, rest)
			if n.chunked {
				rest = append(append(appendChunkHead(nil, len(rest)), rest...), "\r\n"...)
			}
			_, err := w.Write(rest)
			return err
		}
		for i := range pieces {
			piece := n.block[i*framed+at:][:noisePiece]
			n.counter++
			binary.LittleEndian.PutUint64(piece[8:], n.counter)
			n.add(sum, piece)
		}
		if _, err := w.Write(n.block[:pieces*framed]); err != nil {
			return err
		}
		n.left -= int64(pieces) * noisePiece
	}
	return nil
}

func (n *noise) add(sum hash.Hash, p []byte) {
	if sum != nil {
		sum.Write(p)
	}
}

// downloadDigest is the SHA-256 of size bytes of noise, in hex.
func downloadDigest(size int64) string {
	sum := sha256.New()
	newNoise(size, false).writeTo(io.Discard, sum)
	return hex.EncodeToString(sum.Sum(nil))
}

// uploadDigest is that of the multipart body around them.
func uploadDigest(size int64) string {
	sum := sha256.New()
	io.WriteString(sum, multipartHead)
	newNoise(size, false).writeTo(io.Discard, sum)
	io.WriteString(sum, multipartTail)
	return hex.EncodeToString(sum.Sum(nil))
}

// traceLog is a mebibyte of a job's log as `go test -v` writes it, with a runner's timestamps.
var traceLog = func() []byte {
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	words := strings.Fields("Upstream Recorder Trace Offset Chunked Trailer Interim Redact Lane Replay Poll Artifact Upgrade Resume")
	var b strings.Builder
	for b.Len() < 1<<20 {
		name := words[r.IntN(len(words))] + words[r.IntN(len(words))]
		fmt.Fprintf(&b, "2026-11-23T11:39:%02d.%06dZ 01O     --- PASS: Test%s/case_%d (0.%02ds)\n",
			r.IntN(60), r.IntN(1e6), name, r.IntN(1000), r.IntN(100))
	}
	return []byte(b.String()[:1<<20])
}()

// tracePiece is the body of the nth patch of size bytes: the log goes round.
func tracePiece(n, size int64) []byte {
	at := n * size % int64(len(traceLog))
	return traceLog[at : at+size]
}

// traceDigests are the SHA-256 of all patches of that size, in hex.
func traceDigests(size int64) map[string]bool {
	all := map[string]bool{}
	for n := range int64(len(traceLog)) / size {
		all[digest(tracePiece(n, size))] = true
	}
	return all
}

func digest(p []byte) string {
	sum := sha256.Sum256(p)
	return hex.EncodeToString(sum[:])
}
