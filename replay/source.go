package replay

import (
	"io"
	"iter"

	"runnertape"
)

// Source is a recording, as replay reads it.
type Source interface {
	// Exchanges are all exchanges in order of their ids, with Decoded set.
	Exchanges() iter.Seq2[*runnertape.Exchange, error]
	// Body opens the kept content of one side of an exchange, as it was on the
	// wire: still encoded. It may be called from many goroutines at once.
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
	// Header is what holds for the whole recording.
	Header() runnertape.Recording
}

// Listed is a Source with a table of contents, of which not every exchange need
// be read before the first request.
type Listed interface {
	Source
	// Entries are those of the exchanges with ids from first to last, in order
	// of their ids. It may be called from many goroutines at once.
	Entries(first, last uint64) iter.Seq2[runnertape.Entry, error]
	// Exchange is the one of that id. It may be called from many goroutines at once.
	Exchange(id uint64) (*runnertape.Exchange, error)
}

// usable tells whether the upstream's answer in x is one to give again: whole,
// and the upstream's own.
func usable(x *runnertape.Exchange) bool { return runnertape.KindOf(x).Whole }

// lost is why a body was not kept and what to do about it, "" if it was.
func lost(b runnertape.Body) string {
	switch {
	case b.Bytes == 0 || b.Stored > 0:
		return ""
	case b.Opaque && b.SHA256 == runnertape.Digest{}:
		return "its content was not kept, as --opaque drop says; record with --opaque keep"
	case b.Opaque:
		return "of its content only a digest was kept, as --opaque hash says; record with --opaque keep"
	}
	return "its content could not be redacted, and was not kept"
}
