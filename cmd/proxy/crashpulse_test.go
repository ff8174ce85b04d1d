package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// pulse is what the machine itself can do: a goroutine that writes a little, waits until the disk has it, and does
// so again. No recorder is faster than that, and on a machine that others keep busy a second is not enough.
type pulse struct {
	mu    sync.Mutex
	last  time.Time // when the disk had what was written last
	beats []beat    // of the last pulseMemory
}

// beat is one write: when the disk had it, and how long after the one before.
type beat struct {
	at  time.Time
	gap time.Duration
}

const (
	pulseEvery  = 20 * time.Millisecond
	pulseMemory = 5 * time.Second
)

// newPulse beats until the test ends, on the disk of its folder.
func newPulse(t *testing.T) *pulse {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "pulse"))
	mustDo(t, err)
	p := &pulse{last: time.Now()}
	stop, stopped := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() {
		close(stop)
		<-stopped
		f.Close()
	})
	go func() { // ends with the test
		defer close(stopped)
		tick := time.NewTicker(pulseEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if _, err := f.WriteAt(make([]byte, 4<<10), 0); err != nil {
				t.Error(err)
			}
			if err := f.Sync(); err != nil {
				t.Error(err)
			}
			p.beat(time.Now())
		}
	}()
	return p
}

func (p *pulse) beat(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.beats) > 0 && now.Sub(p.beats[0].at) > pulseMemory {
		p.beats = p.beats[1:]
	}
	p.beats = append(p.beats, beat{now, now.Sub(p.last)})
	p.last = now
}

// stall is the longest time between two beats lately, the one under way included.
func (p *pulse) stall() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	longest := time.Since(p.last)
	for _, b := range p.beats {
		longest = max(longest, b.gap)
	}
	return longest
}
