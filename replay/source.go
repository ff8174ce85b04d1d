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

// usable tells whether the upstream's answer in x is one to give again: whole,
// and the upstream's own.
func usable(x *runnertape.Exchange) bool {
	r := x.Response
	switch {
	case r == nil || x.State == runnertape.InFlight || x.Failure != nil:
		return false
	case r.Ours || r.Body.Truncated:
		return false
	}
	return true
}

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
