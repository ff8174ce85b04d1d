package capture

import "time"

// Summary says what was in a capture, and what of it could not be read.
type Summary struct {
	Packets     int64            // packets in the file
	Damaged     int64            // of them, those that should be TCP and cannot be read
	Cut         int64            // of them, TCP segments whose end a snap length cut off
	First, Last time.Time        // time of the first and the last packet; zero if there is none
	Connections int64            // TCP connections that carried bytes
	Exchanges   int64            // exchanges given to the Sink
	TLS         map[string]int64 // connections that are encrypted, by the host they are for
	NotHTTP     int64            // connections that speak neither HTTP/1.x nor TLS, or of which too little was captured to tell
	Gaps        int64            // places where bytes of HTTP connections were not captured
	Missing     int64            // how many bytes these are
	Broken      error            // why the file could not be read to its end; nil if it was
}
