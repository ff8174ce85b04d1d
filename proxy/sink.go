package proxy

import "runnertape"

// Sink keeps what a Recorder saw. Its methods are called from one goroutine, in
// the order in which things happened. The first error ends the recording.
type Sink interface {
	// Put keeps x as it is now: when its request head has arrived, when its response
	// head has, and, for good, when it has ended. x belongs to the Sink from then on, but
	// its lists of header fields and of interim responses may only be read.
	Put(x *runnertape.Exchange) error
	// Write appends p to one of the bodies of exchange id. p is not retained.
	Write(id uint64, side runnertape.Side, p []byte) error
	// Commit makes everything put and written so far durable.
	Commit() error
}
