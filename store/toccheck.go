package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"runnertape"
)

// tocCheck compares the table of contents with the exchanges, which it is shown in order of id.
type tocCheck struct {
	cursor  *bbolt.Cursor // nil: there is no table
	key     []byte        // of the block that is next; nil after the last
	value   []byte
	last    uint64 // after which an earlier version of this program wrote what follows, without entries
	read    tocReader
	entries []runnertape.Entry // room for a block's

	block   uint64 // that is being seen
	seen    lister // of it
	unknown bool   // it has an exchange that cannot be read
}

func newTocCheck(tx *bbolt.Tx, f *Findings) *tocCheck {
	c := &tocCheck{last: ^uint64(0)}
	toc := tx.Bucket(tocBucket)
	if toc == nil {
		return c
	}
	first, err := unlisted(tx)
	if err != nil {
		f.wrong("%v", err)
		return c
	}
	if first > 0 {
		c.last = first - 1
	}
	c.cursor = toc.Cursor()
	c.key, c.value = c.cursor.First()
	return c
}

// see takes an exchange; readable is false if its record is not.
func (c *tocCheck) see(f *Findings, x *runnertape.Exchange, readable bool) {
	if c.cursor == nil || x.ID > c.last {
		return
	}
	if block := x.ID - x.ID%tocBlock; block != c.block {
		c.endBlock(f)
		c.block, c.unknown = block, false
	}
	c.unknown = c.unknown || !readable
	c.seen.add(x)
}

// endBlock compares the block whose exchanges were seen, and those before it that have none.
func (c *tocCheck) endBlock(f *Findings) {
	seen := c.read.own(c.seen.entries)
	c.seen.entries = c.seen.entries[:0]
	found := false
	for ; c.key != nil && string(c.key) <= string(exchangeKey(c.block)); c.key, c.value = c.cursor.Next() {
		var err error
		if c.entries, err = c.read.appendEntries(c.entries[:0], c.key, c.value); err != nil {
			f.wrong("%v", err)
			found = true
			continue
		}
		if keyID(c.key) != c.block {
			f.wrong("the table of contents has %d entries from exchange %d on, of which there are none", len(c.entries), keyID(c.key))
			continue
		}
		found = true
		if problem := difference(c.entries, seen); problem != "" && !c.unknown {
			f.wrong("the table of contents %s", problem)
		}
	}
	if !found && len(seen) > 0 && !c.unknown {
		f.wrong("the table of contents lacks exchanges from %d on", seen[0].ID)
	}
}

// end compares what is left.
func (c *tocCheck) end(f *Findings) {
	if c.cursor == nil {
		return
	}
	c.endBlock(f)
	if c.key != nil {
		f.wrong("the table of contents goes on from exchange %d, of which there is none", keyID(c.key))
	}
}

// difference says how entries differ from those that exchanges have, "" if they do not.
func difference(entries, want []runnertape.Entry) string {
	for i, e := range want {
		if i == len(entries) || entries[i].ID > e.ID {
			return fmt.Sprintf("lacks exchange %d", e.ID)
		}
		if entries[i].ID < e.ID {
			return fmt.Sprintf("has exchange %d, which is not there or has not ended", entries[i].ID)
		}
		if entries[i] != e {
			return fmt.Sprintf("says something else of exchange %d than its record", e.ID)
		}
	}
	if len(entries) > len(want) {
		return fmt.Sprintf("has exchange %d, which is not there or has not ended", entries[len(want)].ID)
	}
	return ""
}
