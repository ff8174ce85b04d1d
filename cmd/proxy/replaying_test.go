package main

import (
	"strings"
	"testing"

	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// replaying is a replay for one test, with what `proxy replay` would say.
type replaying struct {
	*replaytest.Server
	address string // host:port
	said    *safeBuffer
	allowed func(difference string) bool // at the end
}

func startReplay(t *testing.T, src recording) *replaying {
	t.Helper()
	return startReplayWith(t, src, func(*replaytest.Options) {})
}

// startReplayWith lets options be changed.
func startReplayWith(t *testing.T, src recording, change func(*replaytest.Options)) *replaying {
	t.Helper()
	p, _, said := testProcess(t)
	r := &replaying{said: said}
	options := replaytest.Options{
		Replay:           replay.Options{Logger: p.log},
		AllowDifferences: func(difference string) bool { return r.allowed != nil && r.allowed(difference) },
	}
	change(&options)
	r.Server = replaytest.StartSource(t, src, options)
	r.address = strings.TrimPrefix(r.URL(), "http://")
	return r
}

// end stops it, and wants every job to have ended as recorded, but for
// differences that are allowed.
func (r *replaying) end(t *testing.T, allowed func(difference string) bool) replay.Receipt {
	t.Helper()
	r.allowed = allowed
	r.Close()
	t.Logf("replay said:\n%s", r.said)
	return r.Receipt()
}
