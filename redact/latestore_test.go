package redact

import (
	"io"
	"path/filepath"
	"strconv"
	"testing"

	"runnertape"
	"runnertape/store"
)

// stored is a recording.
type stored struct {
	*store.Writer
	t *testing.T
}

func (s stored) exchange(id uint64) *runnertape.Exchange {
	s.t.Helper()
	for x, err := range s.Exchanges(id, id) {
		if err != nil {
			s.t.Fatal(err)
		}
		return x
	}
	s.t.Fatalf("there is no exchange %d", id)
	return nil
}

func (s stored) body(id uint64, side runnertape.Side) []byte {
	s.t.Helper()
	r, err := s.BodyAt(id, side, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

// The same in a recording.
func TestLateInRecording(t *testing.T) {
	for seed := range uint64(often(4)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "r")
			w, err := store.Create(path, runnertape.Recording{Redacted: true, Key: testKey})
			if err != nil {
				t.Fatal(err)
			}
			k := stored{w, t}
			s := newLateSession(t, k, seed, false)
			s.run()
			for job, l := range s.logs {
				s.lengths(job, l)
			}
			s.twice()
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			found, err := store.Check(path)
			if err != nil || !found.Whole() {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
}
