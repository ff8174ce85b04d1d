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
// it holds the small JSON bodies back until their secrets are known, has the
// exchange decoded, and passes on nothing that still has a known secret in it.
package redact
