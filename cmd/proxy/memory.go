package main

import (
	"os"
	"runtime/debug"
)

// memoryLimit is where the garbage collector begins to work harder. What lives is
// bounded, by the queue, the buffers of the writer and the secrets that are known, to about half of it;
// without a limit as much garbage may be added as there is alive.
const memoryLimit = 61 << 20

// limitMemory sets the limit, unless the user has.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
