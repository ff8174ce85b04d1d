package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
)

// TestWrongBytes proves that the verification can fail.
func TestWrongBytes(t *testing.T) {
	b := &bench{dir: t.TempDir(), rounds: 1, seconds: 0.01, only: regexp.MustCompile(""), say: t.Logf}
	b.subjects = []subject{{"flipping", startFlipping}}
	if err := b.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer b.close()
	for _, w := range []workload{
		{name: "up", kind: patches, size: 1 << 10, conns: 1},
		{name: "down", kind: downloads, size: 1 << 10, conns: 1, count: 1},
	} {
		rows, err := b.run(t.Context(), &w)
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if r := rows[0]; !strings.Contains(r.Wrong, errDigest.Error()) || len(r.Rounds) > 0 {
			t.Errorf("%s: %+v", w.name, r)
		}
	}
}

// startFlipping changes what looks like a body, both ways.
func startFlipping(_ context.Context, s *site) (*standing, error) {
	ln, err := listen()
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go flip(c, s.upstream())
		}
	}()
	return &standing{address: ln.Addr().String(), way: straight, stop: ln.Close}, nil
}

func flip(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go io.Copy(flipper{server}, client)
	io.Copy(flipper{client}, server)
}

// flipper changes the last byte of what is written at once, if it is a kibibyte or more: a body's.
type flipper struct{ io.Writer }

func (f flipper) Write(p []byte) (int, error) {
	if changed := bytes.Clone(p); len(p) >= 1<<10 {
		changed[len(p)-1] ^= 1
		p = changed
	}
	return f.Writer.Write(p)
}
