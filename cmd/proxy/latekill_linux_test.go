package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

var (
	lateKills    = flag.Int("late-kills", 2, "how many recorders TestKilledLate kills, each of its ways")
	lateKillSeed = flag.Uint64("late-kill-seed", 0, "what TestKilledLate does; 0 takes any")
)

// lateKillWay is how the recording came to be in which a secret shows itself late.
type lateKillWay struct {
	name    string
	flags   []string
	again   bool // by a recorder that ended before
	compact bool // and was compacted, so that bodies share chunks
}

var lateKillWays = []lateKillWay{
	{name: "at once"},
	{name: "again", again: true},
	{name: "compacted", again: true, compact: true},
	{name: "rotated", flags: []string{"--max-size", "1MiB", "--rotate"}},
	{name: "rotated again", flags: []string{"--max-size", "1MiB", "--rotate"}, again: true},
}

// A secret is said in many exchanges, and then declared. While it is replaced in what is kept, the recorder is killed,
// when its files have been written to n times. If the exchange that declared it had been answered, no byte of it is in a file, nor
// unpacked. If not, what is left is told of, and the next recorder, or proxy redact, replaces it.
func TestKilledLate(t *testing.T) {
	kills := *lateKills
	if testing.Short() {
		kills = 1
	}
	seed := *lateKillSeed
	if seed == 0 {
		seed = rand.Uint64N(1e6) + 1
	}
	var midst atomic.Int64
	t.Run("ways", func(t *testing.T) {
		for _, way := range lateKillWays {
			t.Run(way.name, func(t *testing.T) {
				t.Parallel()
				k := newLateKill(t, way, seed)
				most := k.measure()
				for n := range kills {
					at := 1 + int(k.random.Uint64N(uint64(most)))
					t.Run(fmt.Sprint(n), func(t *testing.T) { k.kill(t, at, most) })
				}
				midst.Add(k.midst)
				if t.Failed() {
					t.Logf("to do this again: go test -run 'TestKilledLate' -late-kills %d -late-kill-seed %d", kills, seed)
				}
			})
		}
	})
	t.Logf("%d of %d were killed while they replaced a secret", midst.Load(), kills*len(lateKillWays))
	if midst.Load() == 0 && kills > 5 { // some kill before anything is replaced, or after
		t.Error("that proves nothing")
	}
}

// lateKill is what one way is recorded with.
type lateKill struct {
	*testing.T
	way      lateKillWay
	random   *rand.Rand
	said     *lateSaid
	upstream *httptest.Server
	before   string // folder with the recording before the secret is declared
	midst    int64  // recorders that were killed while they replaced it
}

func newLateKill(t *testing.T, way lateKillWay, seed uint64) *lateKill {
	k := &lateKill{T: t, way: way, random: rand.New(rand.NewPCG(seed, 1)), said: newLateSaid(seed)}
	k.upstream = httptest.NewServer(k.said)
	t.Cleanup(k.upstream.Close)
	if way.again {
		k.before = t.TempDir()
		p, url := k.start(t, k.before)
		mustDo(t, k.said.all(t.Context(), url))
		end(t, p)
		if way.compact {
			runProxy(t, exitOK, "compact", k.path(k.before))
		}
	}
	return k
}

func (k *lateKill) path(dir string) string { return filepath.Join(dir, "recording.db") }

func (k *lateKill) start(t *testing.T, dir string) (p *program, url string) {
	t.Helper()
	args := append([]string{"record", "--sync", "--append", "--listen", "127.0.0.1:0", "--upstream", k.upstream.URL}, k.way.flags...)
	p = startProgram(t, dir, cleanEnv(dir), append(args, k.path(dir))...)
	t.Cleanup(func() {
		p.command.Process.Kill()
		<-p.ended
	})
	return p, "http://" + p.await(t, listening)[1]
}

// end lets a recorder end well.
func end(t *testing.T, p *program) {
	t.Helper()
	mustDo(t, p.command.Process.Signal(syscall.SIGINT))
	<-p.ended
	if !p.command.ProcessState.Success() {
		said, _ := p.stderr.read()
		t.Errorf("the recorder: %v\n%s", p.command.ProcessState, said)
	}
}

// recorded has a recorder in which everything was said, and nothing declared.
func (k *lateKill) recorded(t *testing.T) (dir string, p *program, url string) {
	t.Helper()
	dir = t.TempDir()
	if k.way.again {
		copyRecordings(t, k.before, dir)
	}
	p, url = k.start(t, dir)
	if !k.way.again {
		mustDo(t, k.said.all(t.Context(), url))
	}
	return dir, p, url
}

// measure is how often the files are written to until the declaring exchange has been answered.
func (k *lateKill) measure() int {
	k.Helper()
	dir, p, url := k.recorded(k.T)
	k.clean(k.T, dir, false)
	writes := watchWrites(k.T, dir)
	mustDo(k.T, k.said.declare(k.Context(), url))
	k.clean(k.T, dir, true)
	n := writes.stop()
	end(k.T, p)
	k.clean(k.T, dir, true)
	k.Logf("its files are written to %d times", n)
	return n
}

// kill kills a recorder when its files have been written to so often since the declaring exchange began.
func (k *lateKill) kill(t *testing.T, at, most int) {
	dir, p, url := k.recorded(t)
	writes := watchWrites(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- k.said.declare(ctx, url) }() // ends with the recorder
	var err error
	select {
	case <-writes.await(at):
		p.command.Process.Kill()
		<-p.ended
		err = <-answered
	case err = <-answered: // it wrote less than it did when it was measured
		p.command.Process.Kill()
		<-p.ended
	}
	writes.stop()
	left := k.left(t, dir)
	t.Logf("killed at write %d of %d, answered: %v; %s", at, most, err == nil, left)
	if err == nil && left.anywhere > 0 {
		t.Fatalf("it was answered, and the secret is left: %s", left)
	}
	problems := k.check(t, dir)
	switch {
	case err != nil && left.kept != k.said.often && left.anywhere > 0:
		k.midst++
		if !strings.Contains(problems, "secret") {
			t.Errorf("proxy check says nothing of what is left: %s\n%s", left, problems)
		}
	case problems != "" && left.anywhere == 0 && err == nil:
		t.Errorf("proxy check, after it was answered: %s", problems)
	}
	if problems == "" {
		return // nothing was replaced yet, or everything was
	}
	if said := runProxy(t, exitFailed, append([]string{"scan"}, recordings(t, dir)...)...); !strings.Contains(said, "killed") {
		t.Errorf("proxy scan says nothing of it: %s", said)
	}
	for name, recover := range map[string]func(*testing.T, string){"record": k.goOn, "record without it": k.goOnWithout, "redact": k.redactIt, "compact": k.compactIt} {
		t.Run(name, func(t *testing.T) {
			copied := t.TempDir()
			copyRecordings(t, dir, copied)
			recover(t, copied)
		})
	}
}
