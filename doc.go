// Package runnertape holds the words the whole program is made of: the
// [Exchange] (one HTTP request and what came of it, also when nothing came),
// its [Request] and [Response] with their [Body], and the [Recording], the
// header of a file full of them.
//
// The package knows no sockets, no disk and no GitLab; it imports the standard
// library only, and not net/http. What an exchange means is in package decode,
// where its secrets are in redact, how it is kept in store and fixtures, how it
// came to be in proxy, and how it is played back in replay. ARCHITECTURE.md
// follows one request through all of them.
//
// An exchange is written down twice. [State] says which of the two a reader
// has: [InFlight] when its request head had arrived, so that a recorder that
// was killed leaves a trace of what it was doing, and [Done] when it ended, well
// or badly. Bodies are never part of the exchange: they are kept beside it, as
// they were on the wire, and read as streams by exchange id and [Side].
package runnertape
