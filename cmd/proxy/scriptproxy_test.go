package main

import (
	"bytes"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// program is a `proxy` running in the background.
type program struct {
	command *exec.Cmd
	stdout  bytes.Buffer // to be read when it has ended
	stderr  talkBuffer
	ended   chan struct{} // closed when it has
	files   string        // path of the files its output ends up in, without .stdout and .stderr
}

// talkBuffer keeps what a program says and wakes who waits for it.
type talkBuffer struct {
	mu   sync.Mutex
	text []byte
	more chan struct{} // closed at the next write
}

// Write implements io.Writer.
func (b *talkBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	close(b.more)
	b.more = make(chan struct{})
	return len(p), nil
}

func (b *talkBuffer) read() (text string, more <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text), b.more
}

// fataler ends a test or a script.
type fataler interface {
	Fatalf(format string, args ...any)
}

// startProgram runs `proxy args…` in dir; args may begin with a limit, as in doStart. The caller sees to its end.
func startProgram(f fataler, dir string, env []string, args ...string) *program {
	path, err := exec.LookPath("proxy")
	if err != nil {
		f.Fatalf("%v", err)
	}
	p := &program{command: exec.Command(path, args...), ended: make(chan struct{})}
	if size, ok := strings.CutPrefix(args[0], "fsize="); ok {
		n, err := strconv.Atoi(size)
		if err != nil {
			f.Fatalf("%v", err)
		}
		blocks := strconv.Itoa(n / 512) // the unit of POSIX's ulimit
		p.command = exec.Command("sh", append([]string{"-c", "ulimit -f " + blocks + `; exec "$0" "$@"`, path}, args[1:]...)...)
	}
	p.stderr.more = make(chan struct{})
	p.command.Dir, p.command.Env = dir, env
	p.command.Stdout, p.command.Stderr = &p.stdout, &p.stderr
	if err := p.command.Start(); err != nil {
		f.Fatalf("%v", err)
	}
	go func() { // ends with the process
		p.command.Wait()
		close(p.ended)
	}()
	return p
}

// listening is what a program says when it can be asked.
var listening = regexp.MustCompile(`(?m)^proxy: listening on (\S+)$`)

// doStart is `start NAME [fsize=BYTES] ARG…`: runs `proxy ARG…` in the background, and waits
// until it listens. Sets $NAME_ADDR and $NAME_URL. No file that it writes may be larger than fsize.
func doStart(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	if neg || len(args) < 2 || s.programs[args[0]] != nil {
		ts.Fatalf("usage: start NAME ARG…, NAME not running")
	}
	p := startProgram(ts, ts.MkAbs("."), scriptEnv(ts), args[1:]...)
	p.files = ts.MkAbs(args[0])
	s.programs[args[0]] = p
	address := p.await(ts, listening)[1]
	ts.Setenv(args[0]+"_ADDR", address)
	ts.Setenv(args[0]+"_URL", "http://"+address)
}

// scriptEnv is the script's environment for a program that the script engine does not start.
func scriptEnv(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range strings.Fields("PATH HOME TMPDIR XDG_CONFIG_HOME GIT_CONFIG_NOSYSTEM GOCOVERDIR GORACE SSL_CERT_FILE SSL_CERT_DIR PROXY_LISTEN PROXY_UPSTREAM PROXY_CA_DIR PROXY_APPEND PROXY_JSON PROXY_ALLOW_REMOTE PROXY_OPAQUE PROXY_SECRET PROXY_SECRET_PATTERN") {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// await waits until what the program says matches.
func (p *program) await(f fataler, want *regexp.Regexp) []string {
	late := time.After(patience)
	for {
		text, more := p.stderr.read()
		if match := want.FindStringSubmatch(text); match != nil {
			return match
		}
		select {
		case <-more:
		case <-p.ended:
			if text, _ := p.stderr.read(); want.MatchString(text) {
				continue
			}
			f.Fatalf("the program ended (%v) without saying %q:\n%s", p.command.ProcessState, want, text)
		case <-late:
			f.Fatalf("the program does not say %q:\n%s", want, text)
		}
	}
}

// doSaid is `said NAME REGEXP`: waits until the program has said it.
func doSaid(ts *testscript.TestScript, neg bool, args []string) {
	p := runningProgram(ts, args)
	if neg || len(args) != 2 {
		ts.Fatalf("usage: said NAME REGEXP")
	}
	p.await(ts, regexp.MustCompile(`(?m)`+args[1]))
}
