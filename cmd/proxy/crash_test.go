package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var (
	crashRounds = flag.Int("crash-rounds", 50, "how often TestCrash kills a recorder")
	crashSeed   = flag.Uint64("crash-seed", 0, "what TestCrash does; 0 takes any")
)

// killsPerRecording is how many recorders in a row write, and are killed in, one recording.
const killsPerRecording = 5

// A recorder under load is killed at any moment, from its first milliseconds on: the recording opens
// without repair and is whole, all that ended more than a second before is in it (more if the machine itself stalls), byte for byte,
// and the rest as in flight. The next recorder goes on with the same recording.
func TestCrash(t *testing.T) {
	rounds := *crashRounds
	if testing.Short() {
		rounds = killsPerRecording
	}
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	var total crashTotals
	machine := newPulse(t)
	t.Run("recordings", func(t *testing.T) {
		for first := 0; first < rounds; first += killsPerRecording {
			t.Run(fmt.Sprint(first), func(t *testing.T) {
				t.Parallel()
				// each has its own seed, and the first has the one that was given
				crashRecording(t, machine, seed+uint64(first), min(killsPerRecording, rounds-first), &total)
			})
		}
	})
	t.Logf("%d kills, %d of them before it listened; %d exchanges read, %d had ended more than %v, or what the machine took longer, before a kill and were there; %d in flight",
		total.kills.Load(), total.early.Load(), total.exchanges.Load(), total.due.Load(), window, total.inFlight.Load())
	t.Logf("%d exchanges ended too shortly before a kill to be there, by %v at most", total.lost.Load(), time.Duration(total.youngest.Load()))
	if total.kills.Load() != int64(rounds) || total.due.Load() == 0 && !underRace && !testing.Short() || total.inFlight.Load() == 0 {
		t.Errorf("that proves nothing")
	}
}

type crashTotals struct {
	kills, early, exchanges, due, inFlight, lost, youngest atomic.Int64
}

func crashRecording(t *testing.T, machine *pulse, seed uint64, kills int, total *crashTotals) {
	t.Logf("to do this again: go test -run TestCrash -crash-rounds %d -crash-seed %d", kills, seed)
	dir := t.TempDir()
	path := filepath.Join(dir, "recording.db")
	load := newCrashLoad(seed)
	upstream := httptest.NewServer(load)
	defer upstream.Close()
	judge := &crashJudge{load: load}
	args := []string{"record", "--append", "--listen", "127.0.0.1:0", "--upstream", upstream.URL, path}
	r := rand.New(rand.NewPCG(seed, 0))
	moments := r.IntN(3) // so that some recordings begin with a kill in their making
	for round := range kills {
		due := func() time.Duration { return window + 2*machine.stall() } // what ended waits for the commit under way, and for its own
		after := killAfter(r, moments+round)
		if after >= window { // else nothing is old enough on a slow machine
			after += due() - window
		}
		killed, listened := load.killOne(t, dir, args, round, after)
		judge.window = due()
		total.kills.Add(1)
		if !listened {
			total.early.Add(1)
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !listened && len(judge.kept) == 0 {
			continue // killed before there was one
		}
		problems := append(judge.judge(path, round, killed), load.problems...)
		t.Logf("killed after %v: %d exchanges, %d had to be there after %v, %d in flight, %d too young",
			after, judge.exchanges, judge.due, judge.window, judge.inFlight, judge.lost)
		if len(problems) > 0 {
			t.Fatalf("%d problems:\n%s", len(problems), strings.Join(problems[:min(20, len(problems))], "\n"))
		}
		total.add(judge)
	}
	p := startProgram(t, dir, cleanEnv(dir), args...)
	p.await(t, listening)
	mustDo(t, p.command.Process.Signal(syscall.SIGINT))
	<-p.ended
	if whole, said := proxyCheck(t, path); !whole {
		t.Errorf("after the last recorder has ended well:\n%s", said)
	}
}

func (total *crashTotals) add(j *crashJudge) {
	total.exchanges.Add(int64(j.exchanges))
	total.due.Add(int64(j.due))
	total.inFlight.Add(int64(j.inFlight))
	total.lost.Add(int64(j.lost))
	for old := total.youngest.Load(); int64(j.youngest) > old && !total.youngest.CompareAndSwap(old, int64(j.youngest)); {
		old = total.youngest.Load()
	}
}

// killAfter is how long after its start a recorder is killed: while it starts, while it has just
// begun, or, from when it listens, when some of what it recorded is older than the window.
func killAfter(r *rand.Rand, moment int) time.Duration {
	ms := func(from, to int) time.Duration { return time.Duration(from+r.IntN(to-from)) * time.Millisecond }
	switch moment % 3 {
	case 0:
		return ms(1100, 1600)
	case 1:
		return ms(5, 100)
	}
	return ms(100, 1100)
}

// killOne starts a recorder, loads it, and kills it. It tells when, by the load's clock.
func (l *crashLoad) killOne(t *testing.T, dir string, args []string, round int, after time.Duration) (at int64, listened bool) {
	t.Helper()
	p := startProgram(t, dir, cleanEnv(dir), args...)
	late := time.NewTimer(after)
	defer late.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var killed atomic.Bool
	stopped := make(chan struct{})
	var address string
	if after < window {
		address = p.listensBefore(late.C)
	} else {
		address = p.await(t, listening)[1]
		late.Reset(after)
	}
	if address == "" {
		close(stopped)
	} else {
		go func() { // ends with the recorder, or ctx
			l.run(ctx, round, "http://"+address, killed.Load)
			close(stopped)
		}()
		select {
		case <-late.C:
		case <-p.ended:
			said, _ := p.stderr.read()
			t.Errorf("the recorder ended by itself:\n%s", said)
		}
	}
	killed.Store(true)
	at = l.clock.now()
	p.command.Process.Kill()
	<-p.ended
	cancel()
	<-stopped
	return at, address != ""
}

// listensBefore is the address that p listens on, or "" if late comes first.
func (p *program) listensBefore(late <-chan time.Time) string {
	for {
		text, more := p.stderr.read()
		if match := listening.FindStringSubmatch(text); match != nil {
			return match[1]
		}
		select {
		case <-more:
		case <-late:
			return ""
		}
	}
}
