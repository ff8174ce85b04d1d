// Package trim chooses which exchanges of a recording make a smaller one that still replays.
//
// What is asked for are exchanges; what is kept are jobs: each job that has one of them is kept whole, with what its
// replay needs besides. That is found in two readings, the first by whoever asks, the second by [Choose]; the
// third copies what [Choice.Keeps].
//
// Beside the exchanges that package decode gave to a job, it needs
//
//   - what its runner said of itself: register, verify, reset, unregister, by the runner's token;
//   - the answer of a storage to which a download was sent, if decode gave that to another job or to none, as it must
//     when several jobs fetch the same object at once;
//   - git, storage, caches and unknown calls of no job, while it ran: they may have been its own;
//   - git of earlier jobs, if its own fetch built on what the runner had already: replay makes a
//     repository of all recorded packs;
//   - polls that brought nothing, a few before each job ([Rules.Polls]): a replay needs none of them.
//
// It does not need what made the artifacts that it downloads: a replay answers from the recorded download, if the
// job that made them is not there (replay/download.go).
//
// The package reads exchanges and no bodies. It keeps some hundred bytes for each job that is kept, and for each row of
// polls what is kept of it.
package trim
