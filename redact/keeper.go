package redact

import (
	"io"
	"iter"

	"runnertape"
)

// Keeper is a Next that can change what it has kept, for a secret that shows itself late.
// What is changed is to be read back as changed at once; it is on disk, and nothing
// of what was there before is left in any byte of it, when Scrub returns.
type Keeper interface {
	Next
	// LastID is the highest id of what was kept before, 0 if nothing was.
	LastID() uint64
	// Exchanges are those with ids from first to last, in order, also those in flight, as they were put last.
	Exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error]
	// BodyAt is a body from a content byte on, as far as it was written.
	BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error)
	// Amend replaces an exchange. Its bodies stay, and what it says of their stored size and digest is filled in.
	Amend(x *runnertape.Exchange) error
	// Overwrite puts p where bytes of a body are, from offset on. They are there.
	Overwrite(id uint64, side runnertape.Side, offset int64, p []byte) error
	// Replace gives a body of an exchange that has ended other content, of any length.
	Replace(id uint64, side runnertape.Side, content []byte) error
	// Scrub makes all changes durable. Edit is given what else the Keeper has of texts that passed
	// (dictionaries of its compression) and changes it in place, without changing its length; it tells whether it did.
	Scrub(edit func(text []byte) (changed bool)) error
	// Owe keeps a note of what is still to be changed, for whoever goes on after a kill. It is on disk before anything
	// is changed; nil takes it away, when what was changed is scrubbed. Owed gives the one that was there first.
	Owe(note []byte)
	Owed() []byte
}
