package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// used are the bytes of pages in use as of the last commit.
func used(tx *bbolt.Tx) int64 {
	s := tx.DB().Stats()
	return tx.Size() - int64(s.FreePageN+s.PendingPageN)*int64(tx.DB().Info().PageSize)
}

// makeRoom deletes as much as the group that is about to be written needs. A part
// of the bound is kept in reserve: the pages that become free are so only for the
// next commit, and not all that are free lie together as large bodies need them.
//
// It returns the ids of the exchanges it deleted, in order.
func (r *retention) makeRoom(tx *bbolt.Tx, incoming int) (gone []uint64, err error) {
	r.gone = r.gone[:0]
	err = r.dropEnough(tx, incoming)
	slices.Sort(r.gone)
	return r.gone, err
}

func (r *retention) dropEnough(tx *bbolt.Tx, incoming int) error {
	reserve := min(8*GroupBytes, r.MaxBytes/3)
	over := used(tx) + int64(incoming) - (r.MaxBytes - reserve)
	before := r.left.Bytes
	enough := func() bool { return r.left.Bytes-before >= over }
	for !enough() {
		oldest := uint64(1<<64 - 1)
		if j := r.byFirst.top(); j != nil {
			oldest = j.first
		}
		if err := r.dropJobless(tx, oldest, enough); err != nil || enough() {
			return err
		}
		j := r.ended.top()
		if j == nil {
			break
		}
		if err := r.drop(tx, j); err != nil {
			return err
		}
	}
	if enough() {
		return nil
	}
	// Only jobs that have not ended are left, and what came after the oldest of them.
	if err := r.dropJobless(tx, 1<<64-1, enough); err != nil {
		return err
	}
	for j := r.byFirst.top(); j != nil && !enough() && r.newest.Sub(j.last) > silence; j = r.byFirst.top() {
		if err := r.drop(tx, j); err != nil {
			return err
		}
	}
	if over-(r.left.Bytes-before) > reserve {
		return fmt.Errorf("%w: what is in flight, and jobs that have not ended, take more than %d bytes", ErrFull, r.MaxBytes)
	}
	return nil
}

// drop deletes all exchanges of a job.
func (r *retention) drop(tx *bbolt.Tx, j *keptJob) error {
	j.left = true
	delete(r.jobs, j.id)
	index := tx.Bucket(jobsBucket)
	var keys [][]byte
	prefix := jobKey(j.id, 0)[:8]
	c := index.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := index.Delete(k); err != nil {
			return err
		}
		if err := r.delete(tx, binary.BigEndian.Uint64(k[8:])); err != nil {
			return err
		}
	}
	r.left.Jobs++
	return nil
}

// dropJobless deletes exchanges of no job, oldest first, up to the exchange
// before, until it is enough.
func (r *retention) dropJobless(tx *bbolt.Tx, before uint64, enough func() bool) error {
	for r.next < before && !enough() {
		group, end, err := r.jobless(tx, before)
		if err != nil {
			return err
		}
		for i, id := range group {
			if enough() {
				r.next = group[i]
				return nil
			}
			if err := r.delete(tx, id); err != nil {
				return err
			}
		}
		if r.next = end; end == before {
			return nil
		}
	}
	return nil
}

// jobless are the next exchanges of no job, and where to go on, which is before
// after the last.
func (r *retention) jobless(tx *bbolt.Tx, before uint64) (ids []uint64, end uint64, err error) {
	c := tx.Bucket(exchangesBucket).Cursor()
	for k, v := c.Seek(exchangeKey(r.next)); k != nil; k, v = c.Next() {
		id := keyID(k)
		if id >= before {
			break
		}
		if len(ids) == scanGroup {
			return ids, id, nil
		}
		x, _, err := r.unpack.exchange(tx, nil, id, v)
		if err != nil {
			return nil, 0, err
		}
		if x.Decoded == nil || x.Decoded.JobID == 0 {
			ids = append(ids, id)
		}
	}
	return ids, before, nil
}

// delete takes an exchange out, with its bodies.
func (r *retention) delete(tx *bbolt.Tx, id uint64) error {
	key := exchangeKey(id)
	exchanges, bodies := tx.Bucket(exchangesBucket), tx.Bucket(bodiesBucket)
	r.left.Exchanges++
	r.gone = append(r.gone, id)
	r.left.Bytes += int64(len(key) + len(exchanges.Get(key)))
	if err := exchanges.Delete(key); err != nil {
		return err
	}
	var keys [][]byte
	c := bodies.Cursor()
	for k, v := c.Seek(key); bytes.HasPrefix(k, key); k, v = c.Next() {
		keys = append(keys, bytes.Clone(k))
		r.left.Bytes += int64(len(k) + len(v))
	}
	for _, k := range keys {
		if err := bodies.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
