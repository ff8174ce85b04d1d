package main

import (
	"bytes"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// doStored is `stored JOB TYPE FILE`: what the stand-in keeps of the job's artifact of that type is FILE.
func doStored(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: stored JOB TYPE FILE")
	}
	id, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	for _, a := range stageOf(ts).server.Job(id).Artifacts {
		if a.Type != args[1] {
			continue
		}
		kept, err := os.ReadFile(a.Path)
		ts.Check(err)
		if got := ts.ReadFile(args[2]); !bytes.Equal(kept, []byte(got)) {
			ts.Fatalf("%s has %d bytes, kept were other %d", args[2], len(got), len(kept))
		}
		return
	}
	ts.Fatalf("job %d has no artifact of type %s", id, args[1])
}
