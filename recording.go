package runnertape

import (
	"errors"
	"time"
)

// Recording is the header of a recording: what holds for all its exchanges.
type Recording struct {
	Format   int       `json:"format"`             // version of the file format that is open, not of the program
	Created  time.Time `json:"created"`            // when it was begun, UTC
	Program  string    `json:"program,omitempty"`  // program and version that began it
	Upstream string    `json:"upstream,omitempty"` // base URL of the upstream it was recorded from
	Redacted bool      `json:"redacted"`           // whether stand-ins replaced the secrets
	Key      []byte    `json:"key,omitempty"`      // keys the stand-ins, so that one secret has one stand-in in one recording
}

// IsOne tells whether two headers are of one recording: of its files, of copies, of what was cut out of it. An exchange has
// the same id in all of them.
func (r *Recording) IsOne(other *Recording) bool {
	return r.Created.Equal(other.Created) && string(r.Key) == string(other.Key) && r.Upstream == other.Upstream
}

// ErrNoExchange says that a recording has no exchange of an id.
var ErrNoExchange = errors.New("no such exchange")
