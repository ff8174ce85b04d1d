package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"runnertape"
)

// copied is a copy of a recording, with ids that are so much higher.
func copied(t *testing.T, path string, higher uint64) string {
	t.Helper()
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	to := filepath.Join(t.TempDir(), "copy.db")
	w, err := Create(to, r.Header())
	must(t, err)
	for x, err := range r.Exchanges() {
		must(t, err)
		moved := *x // the iterator goes on from x
		moved.ID += higher
		must(t, w.Copy(r, x.ID, &moved))
	}
	must(t, w.Close())
	mustBeWhole(t, to)
	return to
}

func TestCopyKeepsEverything(t *testing.T) {
	compacted := func(t *testing.T) string {
		small := filepath.Join(t.TempDir(), "small.db")
		_, err := Compact(t.Context(), mixed(t), small, nil)
		must(t, err)
		return small
	}
	for name, make := range map[string]func(*testing.T) string{"mixed": mixed, "compacted": compacted, "format 1": format1} {
		t.Run(name, func(t *testing.T) {
			path := make(t)
			mustBeSame(t, path, copied(t, path, 0))
			higher := copied(t, path, 1000)
			want, err := Open(path)
			must(t, err)
			defer want.Close()
			got, err := Open(higher)
			must(t, err)
			defer got.Close()
			for x, err := range want.Exchanges() {
				must(t, err)
				if _, err := got.Exchange(x.ID + 1000); err != nil {
					t.Error(err)
				}
				for _, side := range sides {
					if !bytes.Equal(readBody(t, want, x.ID, side), readBody(t, got, x.ID+1000, side)) {
						t.Errorf("%s body of exchange %d differs", side, x.ID)
					}
				}
			}
		})
	}
}

// A body of which chunks are missing is not copied as if it were whole.
func TestCopyOfDamaged(t *testing.T) {
	path := copied(t, mixed(t), 0)
	db, err := openDB(path, false)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bodiesBucket).Delete(bodyKey(201, runnertape.RequestSide, 2))
	}))
	must(t, db.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	x, err := r.Exchange(201)
	must(t, err)
	w, err := Create(filepath.Join(t.TempDir(), "copy.db"), r.Header())
	must(t, err)
	if err := w.Copy(r, 201, x); !errors.Is(err, ErrDamaged) {
		t.Errorf("copied: %v", err)
	}
	must(t, w.Close())
}
