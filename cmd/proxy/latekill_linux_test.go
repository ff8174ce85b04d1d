package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
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

// goOn has the next recorder see the same declared again.
func (k *lateKill) goOn(t *testing.T, dir string) {
	p, url := k.start(t, dir)
	mustDo(t, k.said.declare(t.Context(), url))
	end(t, p)
	k.clean(t, dir, true)
	if problems := k.check(t, dir); problems != "" {
		t.Errorf("proxy check, when another recorder went on: %s", problems)
	}
}

// goOnWithout has the next recorder see nothing of it.
func (k *lateKill) goOnWithout(t *testing.T, dir string) {
	p, _ := k.start(t, dir)
	end(t, p)
	k.clean(t, dir, true)
	if problems := k.check(t, dir); problems != "" {
		t.Errorf("proxy check, when another recorder went on: %s", problems)
	}
}

func (k *lateKill) redactIt(t *testing.T, dir string) {
	for _, path := range recordings(t, dir) {
		whole, _ := proxyCheck(t, path)
		out := filepath.Join(t.TempDir(), "out.db")
		runProxy(t, exitOK, "redact", path, "-o", out)
		if made, said := proxyCheck(t, out); !made {
			t.Errorf("what proxy redact made: %s", said)
		}
		if left := k.left(t, filepath.Dir(out)); !whole && left.anywhere > 0 {
			t.Errorf("what proxy redact made: %s", left)
		}
	}
}

// compactIt has to keep what is said of the recording.
func (k *lateKill) compactIt(t *testing.T, dir string) {
	for _, path := range recordings(t, dir) {
		runProxy(t, exitOK, "compact", path)
	}
	if left := k.left(t, dir); left.anywhere > 0 && !strings.Contains(k.check(t, dir), "secret") {
		t.Errorf("proxy check says nothing of what proxy compact left: %s", left)
	}
}

// clean wants the secret to be nowhere, or still everywhere.
func (k *lateKill) clean(t *testing.T, dir string, gone bool) {
	t.Helper()
	switch left := k.left(t, dir); {
	case gone && left.anywhere > 0:
		t.Errorf("the secret is left: %s", left)
	case !gone && left.kept == 0:
		t.Fatalf("the secret is not there")
	case !gone:
		k.said.often = left.kept
	}
}

// check is what proxy check says is wrong with the files, "" if they are whole.
func (k *lateKill) check(t *testing.T, dir string) (problems string) {
	t.Helper()
	for _, path := range recordings(t, dir) {
		if whole, said := proxyCheck(t, path); !whole {
			problems += filepath.Base(path) + ": " + said
		}
	}
	return problems
}

// recordings are the files of a recording.
func recordings(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.db"))
	mustDo(t, err)
	return paths
}

func copyRecordings(t *testing.T, from, to string) {
	t.Helper()
	for _, path := range recordings(t, from) {
		content, err := os.ReadFile(path)
		mustDo(t, err)
		mustDo(t, os.WriteFile(filepath.Join(to, filepath.Base(path)), content, 0o600))
	}
}

func runProxy(t *testing.T, want int, args ...string) string {
	t.Helper()
	p, stop, said := testProcess(t)
	defer stop()
	p.args = append([]string{"proxy"}, args...)
	if code := p.run(); code != want {
		t.Errorf("proxy %s: exit code %d: %s", strings.Join(args, " "), code, said)
	}
	return said.String()
}

// fileWrites counts writes to the files of a folder, as the system tells of them (inotify(7)).
type fileWrites struct {
	events *os.File
	n      atomic.Int64
	at     atomic.Int64
	there  chan struct{} // closed when there were at
	ended  chan struct{}
}

func watchWrites(t *testing.T, dir string) *fileWrites {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	mustDo(t, err)
	w := &fileWrites{events: os.NewFile(uintptr(fd), "inotify"), there: make(chan struct{}), ended: make(chan struct{})}
	_, err = unix.InotifyAddWatch(fd, dir, unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVED_TO)
	mustDo(t, err)
	w.at.Store(-1)
	go func() { // ends with stop
		defer close(w.ended)
		buf := make([]byte, 64<<10)
		for {
			n, err := w.events.Read(buf)
			if err != nil {
				if !errors.Is(err, fs.ErrClosed) && !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				return
			}
			for b := buf[:n]; len(b) >= unix.SizeofInotifyEvent; b = b[unix.SizeofInotifyEvent+binary.NativeEndian.Uint32(b[12:]):] {
				if w.n.Add(1) == w.at.Load() {
					close(w.there)
				}
			}
		}
	}()
	t.Cleanup(func() { w.stop() })
	return w
}

// await is closed when there were n writes. It is called once, before there were any.
func (w *fileWrites) await(n int) <-chan struct{} {
	w.at.Store(int64(n))
	return w.there
}

func (w *fileWrites) stop() int {
	w.events.Close()
	<-w.ended
	return int(w.n.Load())
}
