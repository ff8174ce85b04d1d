// Package drift tells what changed in the protocol between two recordings: what
// runner 17.9 sends that 16.9 did not, where another server answers otherwise than
// GitLab, what is new since last week.
//
// A [Schema] is what a recording says, without how often and with which values: of
// each endpoint its situations (the states of an update, the types of an upload),
// and of each of these the names of header fields and query keys, the paths of JSON
// with the types of their values, content types, and statuses; and how jobs ended, by
// their names. [Compare] lays two of them side by side and gives one [Change] for
// each thing that only one of them says, or that both say in different ways:
//
//	a, b := drift.NewSchema(), drift.NewSchema()
//	a.Add(x, bodies) // for each exchange of the one, and likewise b
//	for _, change := range drift.Compare(a, b) { … }
//
// What is gained is [Info], since runner and GitLab pass over what they do not know.
// What is lost is a [Warning]: somebody may have read it. Another type, another
// status where it decides, and a job that ended otherwise are an [Error].
// What depends on the data and not on the protocol weighs less: a field that only some
// exchanges had, a list that is empty now, a body that nobody reads. The rules are
// beside their constants; docs/diff.md has them for users.
//
// Numbers, times, tokens, sizes, boundaries and versions are not compared, nor is what
// depends on the way to the recorder (Host, Connection, Via, …) or on the framing of HTTP. Of values only
// those are that are words of the protocol, see words.go.
//
// The memory that a Schema takes depends on what is said, not on how often: jobs that
// are over are folded into how jobs of that name end. Everything that a peer may
// make up without end has a bound (bounds.go), and [Schema.LeftOut] says which was met.
//
// The package knows no storage and no sockets; it is given exchanges in order, and
// as much of their bodies as [Wants] asks for.
package drift
