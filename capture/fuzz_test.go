package capture

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Whatever is in a file, reading it ends, and calls the Sink in order.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(captured(f, string(a.Files[0].Data)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<16 {
			return
		}
		if _, err := Read(bytes.NewReader(file), newTape(t)); err != nil {
			return // it is no capture
		}
	})
}

// Whatever passes on a connection, and whatever of it was lost.
func FuzzConversation(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), uint64(5), true)
	f.Add([]byte("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), []byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), uint64(1<<40+3), false)
	f.Add([]byte("CONNECT h:1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 X\r\n\r\nabc"), uint64(0x123456789abcdef), true)
	f.Add([]byte("\x16\x03\x01\x00\x05hello"), []byte("\x16\x03\x01"), uint64(7), true)
	f.Fuzz(func(t *testing.T, up, down []byte, choices uint64, syn bool) {
		if len(up)+len(down) > 1<<12 {
			return
		}
		Read(bytes.NewReader(conversation(t, [2][]byte{up, down}, choices, syn)), newTape(t))
	})
}

// conversation has both sides send what they have in pieces, of which choices says how large they are, and what befalls them.
func conversation(t testing.TB, sides [2][]byte, choices uint64, syn bool) []byte {
	s := newScript(t)
	s.open()
	c := s.conn("A")
	if syn {
		s.begin("A")
	}
	choose := func(n uint64) uint64 {
		choices = choices*6364136223846793005 + 1442695040888963407 // Knuth's MMIX: the same for the same input
		return choices >> 33 % n
	}
	for len(sides[0])+len(sides[1]) > 0 {
		side := int(choose(2))
		n := min(len(sides[side]), 1+int(choose(40)))
		fault := []string{"", "", "", "", "lost", "late", "twice", "fragments"}[choose(8)]
		s.data(c, side, sides[side][:n], fault)
		sides[side] = sides[side][n:]
	}
	return s.end()
}
