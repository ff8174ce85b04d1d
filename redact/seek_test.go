package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"testing"

	"runnertape"
)

// A secret is found by its stand-in however it is spelled, wherever the text is cut, and in two pieces of a log.
func TestSeeker(t *testing.T) {
	value := "k7/" + randomOf(newRandom(1), alnum, 20) + `"\+Q`
	standIn := New(testKey).StandIn(value)
	twice := jsonSafe(jsonSafe(value))
	spellings := map[string]string{
		"plain": value, "JSON": jsonSafe(value), "JSON in JSON": twice, "query": url.QueryEscape(value), "path": url.PathEscape(value),
		"base64": base64.StdEncoding.EncodeToString([]byte(value)), "base64 behind a byte": base64.StdEncoding.EncodeToString([]byte("a" + value + "bc")),
		"base64 behind two": base64.RawURLEncoding.EncodeToString([]byte("ab" + value)),
	}
	seeker := func(t *testing.T) *Seeker {
		n := note{}
		n.add([]*secret{{standIn: standIn}, {standIn: New(testKey).StandIn("another-7261-Secret")}})
		s, err := New(testKey).NewSeeker(n.text())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, text := range spellings {
		for _, before := range []int{0, 3, 200, seekPiece - len(text)/2, 2*seekPiece + 7} {
			s := seeker(t)
			body := append(bytes.Repeat([]byte("ab cd "), before/6+1)[:before], (" " + text + "\n")...)
			x := &runnertape.Exchange{ID: 1, State: runnertape.Done, Request: runnertape.Request{Target: "/x", Body: runnertape.Body{Stored: int64(len(body))}}}
			open := func(uint64, runnertape.Side) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
			if err := s.Exchange(x, open); err != nil || s.Found() != 1 || s.r.secrets[value] == nil {
				t.Errorf("%s behind %d bytes: %d found, error %v", name, before, s.Found(), err)
			}
		}
	}
	t.Run("packed", func(t *testing.T) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		fmt.Fprintf(z, "it is %s.", value)
		z.Flush() // and breaks off
		s := seeker(t)
		x := &runnertape.Exchange{ID: 1, Request: runnertape.Request{Target: "/x", Header: fields([]string{"Content-Encoding", "gzip"})}}
		open := func(uint64, runnertape.Side) (io.ReadCloser, error) { return io.NopCloser(&packed), nil }
		if err := s.Exchange(x, open); err != nil || s.Found() != 1 {
			t.Errorf("%d found, error %v", s.Found(), err)
		}
	})
	t.Run("log", func(t *testing.T) {
		s := seeker(t)
		for i, piece := range []string{"it is " + value[:11], value[11:] + " and more"} {
			x := &runnertape.Exchange{ID: uint64(i + 1), Request: runnertape.Request{Method: "PATCH", Target: "/api/v4/jobs/7/trace"}}
			open := func(uint64, runnertape.Side) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader([]byte(piece))), nil
			}
			if err := s.Exchange(x, open); err != nil || s.Found() != i {
				t.Errorf("piece %d: %d found, error %v", i, s.Found(), err)
			}
		}
	})
	if _, err := New(testKey).NewSeeker([]byte("none")); err == nil {
		t.Error("what is no note is read")
	}
}
