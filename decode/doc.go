// Package decode says what an exchange means in GitLab's runner protocol:
// which [Endpoint] it calls, which job and runner it belongs to, the typed
// [Message] in its bodies, and the [Job] that many exchanges make together.
//
// Most of it is a table: [Classify] reads a request line, each endpoint has a
// file of its own with the message and where its facts come from, and a
// [Decoder] strings them together, since who a download or a clone belongs to
// can only be told by the job handed out before:
//
//	d := decode.NewDecoder(upstream)
//	x.Decoded, message = d.Decode(x, bodies) // for each exchange as it ends
//
// Later, the same exchanges read back from a recording:
//
//	b := decode.NewBuilder()
//	b.Add(x, nil) // for each exchange in order
//	for _, job := range b.Jobs() { … job.Phases() … ReadLog(job, openBody, redacted) … }
//
// Decoding never fails and loses nothing in silence. A field of a wrong type is named in
// the message's faults and loses no other; JSON that breaks off is read up to there,
// and the fault says where; what no field holds (a key, a header field, bytes behind
// a value) is one of the message's gaps, so that a newer runner shows itself; what
// cannot be read at all is a [Raw] message with the reason. Nothing here is as strict
// as the runner, which loses a job over one wrong type: [RequestJobMessage.Lost] says
// when. Nothing relies on the order or the number of exchanges.
//
// The package knows no storage and no sockets; it is given exchanges in order,
// and as much of their bodies as [Wants] asks for. It only reads: the bytes of
// a payload are never made anew from a message, because the wire has more in it
// than the types (unknown keys, and `run`, a string that holds JSON). Where
// URLs must change, [RewriteURLs] does it in the bytes.
//
// The facts are those of gitlab-runner 12.10 to 19.4 and of GitLab's
// lib/api/ci/runner.rb; "since" in a comment is the first runner version that
// sends or reads a field, and its tag says the same.
package decode
