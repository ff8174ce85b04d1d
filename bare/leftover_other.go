//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package bare

import "os"

// hold does nothing where there is no flock.
func hold(string) *os.File { return nil }

// sweep finds nothing there.
func sweep() {}
