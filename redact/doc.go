// Package redact finds the secrets of an exchange and puts stand-ins where they
// were, so that a recording can be shared and still replays.
//
// Field rules only find values: the protocol says where tokens are, and a job's
// payload declares which variables are masked or not public. What is replaced
// is the value, wherever it stands: headers, bodies, URLs, Basic credentials,
// job logs. A stand-in has the length, the prefix and the alphabet of the secret,
// so that Content-Length, Content-Range, sizes and the runner's own parsing of tokens
// agree as before; it is the same for the same secret everywhere in one
// recording, and is its own stand-in, so that redacting twice changes nothing.
//
// A [Redactor] holds the known secrets. A [Stream] redacts one body piece by
// piece, however it is cut. A [Sink] sits between the recorder and the store:
// it holds JSON back until its secrets are known, has the exchange decoded, and
// passes on nothing that still has a known secret in it:
//
//	r := redact.New(recording.Key)
//	sink := redact.NewSink(writer, r, decode.NewDecoder(upstream), nil)
//
// Of each trace patch the CRC-32 of what passed is kept beside the stand-ins, as runners send one of
// the whole trace, so that the two can be compared. It tells 32 bits of a secret in it, however often that
// passed: too little to find a token, enough to confirm a guess of a weak password.
//
// One pass finds all spellings of all known secrets, in base64 at any place too, tokens by their form,
// and cues, beside which a secret stands. What it does not find is named in docs/secrets.md. Values
// that are too short or too common stay, and are named by [Redactor.Kept].
//
// A secret may have passed before anything told of it. A Sink whose Next is a [Keeper] changes
// what is kept then, before the exchange that told of it has ended; which exchanges to look at it
// knows by a sketch of all that it passed on, of 8 MiB at most. So it does where a patch of a trace ends in
// the middle of a secret: until the next patch ends, the first half is kept as it is. A recorder
// that is begun again on the same recording reads what is in it once, when something new is learned.
//
// What a job's payload declares is known for as long as the job runs, and what a user gave always. Of all
// other secrets the latest used are: some 5000, besides tokens that show themselves by their form. One that was
// forgotten gets the stand-in it had when it is declared again.
//
// What is packed cannot be redacted: [Opaque] says what becomes of it, and a [Finder] looks into what is kept, unpacked.
// [Redactor.Leaks] and their like look at what is redacted already, and [Originals] tell by the key of a recording that a value is what a
// stand-in of it stands for. A [Request] is one that comes to a replay, and maps what it presents by the same rules.
package redact
