// Package decode says what an exchange means in GitLab's runner protocol:
// which [Endpoint] it calls, which job and runner it belongs to, the typed
// [Message] in its bodies, and the [Job] that many exchanges make together.
//
// Decoding never fails: what cannot be read is a [Raw] message with the reason.
// The package knows no storage and no sockets; it is given exchanges in order,
// and as much of their bodies as [Wants] asks for.
package decode
