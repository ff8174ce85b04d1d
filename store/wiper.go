package store

import (
	"bytes"
	"os"

	"go.etcd.io/bbolt"
)

// wipeBytes is how much is read at a time to see whether it is zero.
const wipeBytes = 1 << 20

// wiper overwrites parts of a file.
type wiper struct {
	file        *os.File
	room, zeros []byte
	wrote       bool
}

// pages wipes the free ones. That one is free bbolt tells page by page.
func (z *wiper) pages(tx *bbolt.Tx, pageSize int64) error {
	end := int(tx.Size() / pageSize)
	free := 0 // the first of those in a row that are free; 0 if none is
	for id := 2; id < end; {
		info, err := tx.Page(id)
		if err != nil {
			return err
		}
		if info.Type == "free" {
			if free == 0 {
				free = id
			}
			id++
			continue
		}
		if err := z.zero(int64(free)*pageSize, int64(id)*pageSize, free > 0); err != nil {
			return err
		}
		free = 0
		id += 1 + info.OverflowCount
	}
	return z.zero(int64(free)*pageSize, int64(end)*pageSize, free > 0)
}

func (z *wiper) toEnd(from int64) error {
	info, err := z.file.Stat()
	if err != nil {
		return err
	}
	return z.zero(from, info.Size(), true)
}

// zero makes zeros of what is not: most of what is free was wiped before, and reading is cheaper than writing.
func (z *wiper) zero(from, to int64, there bool) error {
	for ; there && from < to; from += wipeBytes {
		n := min(wipeBytes, to-from)
		if _, err := z.file.ReadAt(z.room[:n], from); err != nil {
			return err
		}
		if bytes.Equal(z.room[:n], z.zeros[:n]) {
			continue
		}
		if _, err := z.file.WriteAt(z.zeros[:n], from); err != nil {
			return err
		}
		z.wrote = true
	}
	return nil
}
