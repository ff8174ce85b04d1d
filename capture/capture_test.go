package capture

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"runnertape"
)

var update = flag.Bool("update", false, "write what was read as what is wanted")

// Each file of testdata has a script (see the type) and what is to be read in its capture. Adding a case is adding a file.
func TestCaptures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := told(t, captured(t, string(a.Files[0].Data)))
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// told is a capture in words.
func told(t testing.TB, file []byte) string {
	tape := newTape(t)
	s, err := Read(bytes.NewReader(file), tape)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(tape.exchanges)) {
		tape.tell(&b, tape.exchanges[id], s.First)
	}
	fmt.Fprintf(&b, "%d packets, %d connections, %d exchanges", s.Packets, s.Connections, s.Exchanges)
	for _, count := range []struct {
		n    int64
		what string
	}{{s.Damaged, "damaged"}, {s.Cut, "cut"}, {s.Gaps, "gaps"}, {s.Missing, "bytes missing"}, {s.NotHTTP, "not HTTP"}} {
		if count.n > 0 {
			fmt.Fprintf(&b, ", %d %s", count.n, count.what)
		}
	}
	for _, host := range slices.Sorted(maps.Keys(s.TLS)) {
		fmt.Fprintf(&b, ", %d TLS to %s", s.TLS[host], host)
	}
	if s.Broken != nil {
		fmt.Fprintf(&b, ", broken: %v", s.Broken)
	}
	return b.String() + "\n"
}

// tape is a Sink that checks in which order it is called.
type tape struct {
	t         testing.TB
	exchanges map[uint64]*runnertape.Exchange
	bodies    map[uint64]*[2][]byte
	last      time.Time
}

func newTape(t testing.TB) *tape {
	return &tape{t: t, exchanges: map[uint64]*runnertape.Exchange{}, bodies: map[uint64]*[2][]byte{}}
}

func (s *tape) Put(x *runnertape.Exchange) error {
	before := s.exchanges[x.ID]
	switch {
	case before == nil && (x.ID != uint64(len(s.exchanges)+1) || x.Started.Before(s.last)):
		s.t.Errorf("exchange %d began %v after %d others, the last %v", x.ID, x.Started, len(s.exchanges), s.last)
	case before != nil && before.State == runnertape.Done:
		s.t.Errorf("exchange %d was put again after its end", x.ID)
	case before != nil && before.Response != nil && x.Response == nil:
		s.t.Errorf("the response of exchange %d is gone", x.ID)
	}
	if before == nil {
		s.last = x.Started
		s.bodies[x.ID] = new([2][]byte)
	}
	s.exchanges[x.ID] = x
	return nil
}

func (s *tape) Write(id uint64, side runnertape.Side, p []byte) error {
	if x := s.exchanges[id]; x == nil || x.State == runnertape.Done || side == runnertape.ResponseSide && x.Response == nil {
		s.t.Errorf("%d bytes of the %s body of exchange %d, which has not begun or has ended", len(p), side, id)
		return nil
	}
	b := &s.bodies[id][side-runnertape.RequestSide]
	*b = append(*b, p...)
	return nil
}

func (s *tape) tell(b *strings.Builder, x *runnertape.Exchange, zero time.Time) {
	at := func(when time.Time) string {
		if when.IsZero() {
			return "-"
		}
		return when.Sub(zero).String()
	}
	fmt.Fprintf(b, "%d %s %s connection %d of %s: %s %q %s at %s, replied %s, ended %s\n", x.ID, x.State, x.Way, x.Conn, x.Client, x.Request.Method, x.URL(), x.Request.Proto, at(x.Started), at(x.Replied), at(x.Ended))
	for _, i := range x.Interim {
		fmt.Fprintf(b, "\tinterim %d %v\n", i.Status, i.Header)
	}
	s.tellSide(b, x.ID, runnertape.RequestSide, x.Request.Header, x.Request.Trailer, x.Request.Body)
	if r := x.Response; r != nil {
		fmt.Fprintf(b, "\t%d %s %s\n", r.Status, r.Reason, r.Proto)
		s.tellSide(b, x.ID, runnertape.ResponseSide, r.Header, r.Trailer, r.Body)
	}
	if f := x.Failure; f != nil {
		fmt.Fprintf(b, "\tfailure of %s at byte %d: %s\n", f.Side, f.Byte, f.Text)
	}
}

func (s *tape) tellSide(b *strings.Builder, id uint64, side runnertape.Side, h, trailer runnertape.Header, body runnertape.Body) {
	content := s.bodies[id][side-runnertape.RequestSide]
	if int64(len(content)) != body.Bytes {
		s.t.Errorf("exchange %d: %d bytes of %s, but it says %d", id, len(content), side, body.Bytes)
	}
	text := fmt.Sprintf("%q", content)
	if len(text) > 100 {
		text = text[:50] + "…" + text[len(text)-50:]
	}
	cut := ""
	if body.Truncated {
		cut = " truncated"
	}
	fmt.Fprintf(b, "\t%s %v %s %d%s %s%s\n", side, h, body.Framing, body.Bytes, cut, text, strings.TrimSuffix(fmt.Sprintf(" %v", trailer), " []"))
}

var errFull = errors.New("the disk is full")

type fullSink struct{ *tape }

func (s fullSink) Write(uint64, runnertape.Side, []byte) error { return errFull }

// The Sink's first error ends the reading, and is the one that is told.
func TestSinkFails(t *testing.T) {
	file := captured(t, "syn A\nA > \"POST / HTTP/1.1\\r\\nContent-Length: 3\\r\\n\\r\\nabc\"\n")
	if _, err := Read(bytes.NewReader(file), fullSink{newTape(t)}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

func TestNoCapture(t *testing.T) {
	for _, text := range []string{"", "GET", "{\"log\": {}}", "\x1f\x8b", strings.Repeat("x", 100)} {
		if s, err := Read(strings.NewReader(text), newTape(t)); err == nil {
			t.Errorf("%q: %+v", text, s)
		}
	}
}

// A capture that was killed while it was written is read as far as it goes.
func TestBrokenFile(t *testing.T) {
	const text = "syn A\nA > \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"\nA < \"HTTP/1.1 204 No Content\\r\\n\\r\\n\"\n"
	for _, format := range []string{"pcap", "pcapng", "pcap.gz"} {
		file := captured(t, "format "+format+"\n"+text)
		tape := newTape(t)
		s, err := Read(bytes.NewReader(file[:len(file)-9]), tape)
		if err != nil || s.Broken == nil || s.Exchanges != 1 {
			t.Errorf("%s: %+v, %v", format, s, err)
		}
	}
}
