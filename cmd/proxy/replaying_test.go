package main

import (
	"slices"
	"sync"
	"testing"
	"time"

	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/serve"
)

// replaying is `proxy replay` at work.
type replaying struct {
	address  string
	ca       *proxy.CA
	replayer *replay.Replayer
	stop     func()
	served   chan error
	said     *safeBuffer

	mu   sync.Mutex
	logs map[int64][]byte // by job, what its runner sent; guarded by mu
}

// log is what the runner of a job has sent.
func (r *replaying) log(job int64) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logs[job]
}

func startReplay(t *testing.T, src recording, caDir string) *replaying {
	t.Helper()
	return startReplayWith(t, src, caDir, func(*replay.Options) {})
}

// startReplayWith lets options be changed.
func startReplayWith(t *testing.T, src recording, caDir string, change func(*replay.Options)) *replaying {
	t.Helper()
	p, stop, said := testProcess(t)
	r := &replaying{stop: stop, served: make(chan error, 1), said: said, logs: map[int64][]byte{}}
	options := replay.Options{Logger: p.log, TraceInterval: time.Second, Trace: func(job, offset int64, content []byte) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.logs[job] = append(r.logs[job][:offset], content...)
	}}
	change(&options)
	rep, err := serve.NewReplay(p.cut, src, options, func(r *replay.Replayer) (*proxy.CA, error) {
		return proxy.LoadCA(caDir, serve.Hosts(r)...)
	})
	mustDo(t, err)
	t.Cleanup(func() { p.closeReplay(rep) })
	ln, err := listen("127.0.0.1:0", false)
	mustDo(t, err)
	r.address, r.ca, r.replayer = ln.Addr().String(), rep.CA(), rep.Replayer
	go func() { r.served <- rep.Serve(p.done, p.cut, ln) }()
	return r
}

// end stops it, and wants every job to have ended as recorded, but for
// differences that are allowed.
func (r *replaying) end(t *testing.T, allowed func(difference string) bool) replay.Receipt {
	t.Helper()
	r.stop()
	mustDo(t, <-r.served)
	receipt := r.replayer.Receipt()
	t.Logf("replay: %s\n%s", receipt.Summary(), r.said)
	if receipt.Missed > 0 || len(receipt.Unused) > 0 {
		t.Errorf("%d missed, unused %v", receipt.Missed, receipt.Unused)
	}
	for _, j := range receipt.Jobs {
		differences := j.Differences
		if allowed != nil {
			differences = slices.DeleteFunc(slices.Clone(differences), allowed)
		}
		if len(differences) > 0 || !j.Ended {
			t.Errorf("job %d %q: %v", j.ID, j.Name, differences)
		}
	}
	return receipt
}
