package decode

import "runnertape"

// Message is the decoded, typed view of an exchange. Its JSON form is the
// "message" of `proxy dump --json`.
type Message interface {
	// Gist is the message in a few words, for one line of a listing.
	Gist() string
}

// Raw is the message of an exchange that could not be read.
type Raw struct {
	Reason string `json:"reason"` // what was wrong, and where
}

// Gist is the reason.
func (r *Raw) Gist() string { return r.Reason }

// Bodies is as much of an exchange's two bodies as [Wants] asked for, as they
// were on the wire (still encoded).
type Bodies struct {
	Request, Response []byte
}

// Wants is how many of a body's first bytes decoding can use. Bodies up to
// that size should be given whole.
func Wants(e Endpoint, side runnertape.Side) int64 { panic("skeleton") }

// Decoder decodes the exchanges of one recording, in the order they ended. It remembers which tokens
// belong to which job, and where artifact redirects led, for as long as the job runs.
type Decoder struct{}

// NewDecoder returns a Decoder that has seen nothing.
func NewDecoder() *Decoder { return &Decoder{} }

// Decode says what x means.
func (d *Decoder) Decode(x *runnertape.Exchange, b Bodies) (*runnertape.Decoded, Message) {
	panic("skeleton")
}
