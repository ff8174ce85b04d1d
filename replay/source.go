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
// the upstream's own, and with its body kept.
func usable(x *runnertape.Exchange) bool {
	r := x.Response
	switch {
	case r == nil || x.State == runnertape.InFlight || x.Failure != nil:
		return false
	case r.Ours || r.Body.Truncated:
		return false
	case r.Body.Bytes > 0 && r.Body.Stored == 0: // redaction withheld it
		return false
	}
	return true
}
