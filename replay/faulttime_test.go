package replay

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultTime(t *testing.T) {
	for _, c := range []struct {
		rule string
		want time.Duration
	}{
		{"patch_trace: delay 5s", 5 * time.Second},
		{"patch_trace: delay 5s taken", 5 * time.Second},
		{"patch_trace: delay 5s\npatch_trace: delay 1m taken", 65 * time.Second},
		{"patch_trace: slow 1000B/s", 10*time.Second + 7*time.Millisecond}, // 10,000 bytes up, "0-10000" down
		{"patch_trace: slow 1B/s\npatch_trace: 503 early body=1234", 4 * time.Second},
		{"patch_trace: hang", time.Hour},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ending := make(chan struct{})
				time.AfterFunc(time.Hour, func() { close(ending) })
				r := faultyReplay(t, job42(), c.rule, func(o *Options) { o.Ending = ending })
				r.ask("POST", requestJob, "{}")
				begin := time.Now()
				func() {
					defer func() { recover() }() // a hang ends in http.ErrAbortHandler
					r.ask("PATCH", job42Trace, strings.Repeat("x", 10000), "Content-Range", "0-9999")
				}()
				if took := time.Since(begin); took != c.want {
					t.Errorf("took %v, want %v", took, c.want)
				}
			})
		})
	}
}
