package main

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
	"runnertape/redact"
	"runnertape/store"
)

// What could not be looked into is counted: what never came to the disk, what is damaged, and all that an interrupt leaves.
func TestArchiveSearch(t *testing.T) {
	var whole bytes.Buffer
	z := zip.NewWriter(&whole)
	for _, name := range []string{"a", "b"} {
		f, err := z.Create(name)
		mustDo(t, err)
		_, err = io.WriteString(f, strings.Repeat(name, 100)+"glpat-ABCDEFGHIJ0123456789")
		mustDo(t, err)
	}
	mustDo(t, z.Close())
	tests := []struct {
		name                    string
		body                    []byte // nil: the exchange is not put
		interrupted             bool
		archives, files, missed int64
		says                    string
	}{
		{"whole", whole.Bytes(), false, 1, 2, 0, "proxy: found in archives: secrets in 2 places; the recording has them as they are\n"},
		{"cut off", whole.Bytes()[:whole.Len()-30], false, 0, 0, 1, "proxy: not looked into, or not to the end: 1 archive\n"},
		{"gone", nil, false, 0, 0, 1, "proxy: not looked into, or not to the end: 1 archive\n"},
		{"interrupted", whole.Bytes(), true, 0, 0, 1, "proxy: not looked into, or not to the end: 1 archive\n"},
		{"no archive", []byte("PACK\x00\x00\x00\x02"), false, 0, 0, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, stop, said := testProcess(t)
			defer stop()
			w, err := store.Create(filepath.Join(t.TempDir(), "a.db"), newHeader("http://gitlab.test", false))
			mustDo(t, err)
			defer w.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.interrupted {
				cancel()
			}
			s := p.searchArchives(ctx, w, redact.New(w.Header().Key), redact.OpaqueKeep)
			x := &runnertape.Exchange{
				ID: 1, State: runnertape.Done, Request: runnertape.Request{Method: "GET", Target: "/x/all.zip"},
				Response: &runnertape.Response{Status: 200, Body: runnertape.Body{Bytes: int64(max(1, len(test.body))), Opaque: true}},
			}
			s.see(x)
			if test.body != nil {
				mustDo(t, w.Write(1, runnertape.ResponseSide, test.body))
				mustDo(t, w.Put(x))
			}
			mustDo(t, w.Commit())
			s.end(false)
			if a, f, m := s.archives.Load(), s.files.Load(), s.missed.Load(); a != test.archives || f != test.files || m != test.missed {
				t.Errorf("%d archives, %d files, %d missed\n%s", a, f, m, said)
			}
			before := said.String()
			s.tell()
			if got := strings.TrimPrefix(said.String(), before); got != test.says {
				t.Errorf("it says %q", got)
			}
			if strings.Contains(said.String(), "ABCDEFGHIJ") {
				t.Errorf("it tells the secret: %s", said)
			}
		})
	}
}
