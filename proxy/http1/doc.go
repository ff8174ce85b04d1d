// Package http1 reads HTTP/1.x messages where they stand on the wire (RFC 9112).
//
// It finds the end of heads and bodies, and the content between chunk framing,
// without taking anything out of the bytes or putting anything in: who passes
// them on passes on what came. It accepts what net/http accepts, lines that end
// in a bare LF for instance, and refuses what could be read in two ways, because then it
// would not know where a message ends.
package http1
