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

// ErrNoExchange says that a recording has no exchange of an id.
var ErrNoExchange = errors.New("no such exchange")
