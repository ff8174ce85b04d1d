// Package store keeps a recording in a bbolt file. It knows nothing of HTTP or
// GitLab: an exchange is a value with an id and a state, a body is bytes of one
// side of it.
//
// A [Writer] is used by one goroutine. What it is given is gathered and written in
// groups, each one bbolt transaction: when Commit returns all are durable (fdatasync).
// [GroupBytes] of pending data are written without it, by a goroutine of the
// Writer's, while the next group is gathered; there are two groups at most. After a kill at any moment the file opens without
// repair and holds every group that was committed, whole; exchanges that were
// in flight are there as [runnertape.InFlight].
//
// A [Reader] reads a recording that nobody writes, or, being [Writer.Reader], one
// that is being written; [Writer.Committed] says when there is more. Nothing of
// bbolt's memory leaves the package. [Check] verifies every structure, chunk and
// digest.
//
// bbolt holds a file lock: while a Writer is open, other processes are told
// [ErrHeld]. A file that is cut off underneath is [ErrDamaged], one that is
// deleted or replaced is [ErrGone] at the next Commit.
package store
