package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"

	"runnertape"
)

func TestOpenRefuses(t *testing.T) {
	foreign := func(t *testing.T, path string) {
		db, err := bbolt.Open(path, 0o600, nil)
		must(t, err)
		must(t, db.Close())
	}
	format := func(n int) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			w, err := Create(path, runnertape.Recording{})
			must(t, err)
			h := w.Header()
			h.Format = n
			must(t, w.db.Update(func(tx *bbolt.Tx) error {
				value, _ := json.Marshal(h)
				return tx.Bucket(recordingBucket).Put(headerKey, value)
			}))
			must(t, w.Close())
		}
	}
	for _, test := range []struct {
		name string
		make func(*testing.T, string)
		want error
	}{
		{"missing", func(*testing.T, string) {}, os.ErrNotExist},
		{"folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, ErrForeign},
		{"empty", func(t *testing.T, path string) { must(t, os.WriteFile(path, nil, 0o600)) }, ErrForeign},
		{"text", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("not a database\n", 1000)), 0o600))
		}, ErrForeign},
		{"between one page and two", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, bytes.Repeat([]byte("x"), os.Getpagesize()+1), 0o600))
		}, ErrForeign},
		{"cut within its second page", func(t *testing.T, path string) {
			w, err := Create(path, runnertape.Recording{})
			must(t, err)
			must(t, w.Close())
			must(t, os.Truncate(path, int64(os.Getpagesize()+1)))
		}, ErrDamaged},
		{"short", func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("x"), 0o600)) }, ErrForeign},
		{"another program's bbolt file", foreign, ErrForeign},
		{"newer", format(Format + 1), ErrNewer},
		{"format 0", format(0), ErrDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording.db")
			test.make(t, path)
			for name, open := range map[string]func() error{
				"Open":   func() error { _, err := Open(path); return err },
				"Append": func() error { _, err := Append(path); return err },
				"Check":  func() error { _, err := Check(path); return err },
			} {
				before, _ := os.ReadFile(path)
				err := open()
				if !errors.Is(err, test.want) {
					t.Errorf("%s: %v, want %v", name, err, test.want)
				}
				if err != nil && (strings.Count(err.Error(), path) != 1 || strings.Contains(err.Error(), "\n")) {
					t.Errorf("%s: %q does not name the file once, in one line", name, err)
				}
				if after, _ := os.ReadFile(path); string(before) != string(after) {
					t.Errorf("%s changed the file", name)
				}
			}
		})
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	if _, err := Create(path, runnertape.Recording{}); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("file is now %q", b)
	}
}

func TestHeldRecordingSaysSo(t *testing.T) {
	path, w := newRecording(t)
	defer w.Close()
	if _, err := Open(path); !errors.Is(err, ErrHeld) {
		t.Errorf("Open: %v", err)
	}
	if _, err := Append(path); !errors.Is(err, ErrHeld) {
		t.Errorf("Append: %v", err)
	}
}

// Every byte of a small recording is damaged in turn, and the file cut at every
// page: reading ends in an error or in what was recorded, never in a crash.
func TestDamageIsFoundNotFatal(t *testing.T) {
	path, w := newRecording(t)
	for id := range uint64(3) {
		must(t, w.Write(id+1, runnertape.RequestSide, []byte(strings.Repeat("body", 100))))
		must(t, w.Put(exchange(id+1, runnertape.Done)))
	}
	must(t, w.Close())
	whole, err := os.ReadFile(path)
	must(t, err)
	dir := t.TempDir()
	metas := 2 * os.Getpagesize()
	used := 16 * os.Getpagesize() // bbolt allocates more than it uses
	try := func(name string, at int, b []byte) {
		damaged := filepath.Join(dir, fmt.Sprint(name, at)) // a new file each time: a reader that failed may hold the lock
		must(t, os.WriteFile(damaged, b, 0o600))
		defer os.Remove(damaged)
		f, err := Check(damaged)
		// with the newer meta page gone, bbolt shows the state before the last transaction
		if err == nil && f.Whole() && f.Exchanges != 3 && at >= metas {
			t.Errorf("%s %d: whole, with %d exchanges", name, at, f.Exchanges)
		}
		if underRace && checkPages(damaged) != nil {
			return
		}
		if r, err := Open(damaged); err == nil {
			for _, err := range r.Exchanges() {
				if err != nil {
					break
				}
			}
			r.Close()
		}
	}
	for i := 0; i < min(used, len(whole)); i += 13 {
		b := append([]byte(nil), whole...)
		b[i] ^= 0xff
		try("byte", i, b)
	}
	for size := 1; size < len(whole); size += os.Getpagesize() / 2 {
		try("cut", size, whole[:size])
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name, want string
		do         func(*bbolt.Tx) error
	}{
		{"other content", "SHA-256", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(1, runnertape.RequestSide, 0), append([]byte{asItIs}, bytes.Repeat([]byte("BODY"), InlineBytes)...))
		}},
		{"lost chunk", "has 0 bytes", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Delete(bodyKey(1, runnertape.RequestSide, 0))
		}},
		{"gap", "lacks chunk 1", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(1, runnertape.RequestSide, 2), []byte("\x00x"))
		}},
		{"stray chunk", "belongs to no exchange", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(5, runnertape.RequestSide, 0), []byte("\x00x"))
		}},
		{"unknown encoding", "encoding 9", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(1, runnertape.RequestSide, 0), []byte("\x09body"))
		}},
		{"unreadable exchange of format 1", "exchange 1", func(tx *bbolt.Tx) error {
			return tx.Bucket(exchangesBucket).Put(exchangeKey(1), []byte("{"))
		}},
		{"unreadable exchange", "exchange 1", func(tx *bbolt.Tx) error {
			return tx.Bucket(exchangesBucket).Put(exchangeKey(1), []byte("\x00\x01\xff"))
		}},
		{"not a frame", "exchange 1", func(tx *bbolt.Tx) error {
			return tx.Bucket(exchangesBucket).Put(exchangeKey(1), []byte("\x01frame"))
		}},
		{"one bit of a frame", "exchange 2", func(tx *bbolt.Tx) error {
			value := bytes.Clone(tx.Bucket(exchangesBucket).Get(exchangeKey(2)))
			value[len(value)-1] ^= 1
			return tx.Bucket(exchangesBucket).Put(exchangeKey(2), value)
		}},
		{"lost dictionary", "exchange 2", func(tx *bbolt.Tx) error {
			e, err := newEncoder(zstd.WithEncoderDictRaw(7, bytes.Repeat([]byte("dictionary"), 10)))
			if err != nil {
				return err
			}
			return tx.Bucket(exchangesBucket).Put(exchangeKey(2), e.EncodeAll([]byte("dictionary"), []byte{asZstd}))
		}},
		{"chunk that grows", "chunk", func(tx *bbolt.Tx) error {
			e, err := newEncoder()
			if err != nil {
				return err
			}
			return tx.Bucket(bodiesBucket).Put(bodyKey(1, runnertape.RequestSide, 0), e.EncodeAll(make([]byte, 2*ChunkBytes), []byte{asZstd}))
		}},
		{"reference to nothing", "not there", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(1, runnertape.RequestSide, 0), append([]byte{asReference}, bodyKey(7, runnertape.RequestSide, 0)...))
		}},
		{"reference to itself", "encoding 2", func(tx *bbolt.Tx) error {
			key := bodyKey(1, runnertape.RequestSide, 0)
			return tx.Bucket(bodiesBucket).Put(key, append([]byte{asReference}, key...))
		}},
		{"in two places", "in flight", func(tx *bbolt.Tx) error {
			return tx.Bucket(inFlightBucket).Put(exchangeKey(2), tx.Bucket(exchangesBucket).Get(exchangeKey(2)))
		}},
		{"content in two places", "in chunks and with", func(tx *bbolt.Tx) error {
			return tx.Bucket(bodiesBucket).Put(bodyKey(2, runnertape.RequestSide, 0), []byte("\x00small"))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording.db")
			w, err := Create(path, runnertape.Recording{})
			must(t, err)
			must(t, w.Write(1, runnertape.RequestSide, bytes.Repeat([]byte("body"), InlineBytes)))
			must(t, w.Put(exchange(1, runnertape.Done)))
			must(t, w.Write(2, runnertape.RequestSide, []byte("small")))
			must(t, w.Put(exchange(2, runnertape.Done)))
			must(t, w.Commit())
			must(t, w.db.Update(test.do))
			must(t, w.Close())
			f, err := Check(path)
			must(t, err)
			if f.Whole() || !strings.Contains(strings.Join(f.Problems, "\n"), test.want) {
				t.Errorf("problems %q, want one with %q", f.Problems, test.want)
			}
		})
	}
}
