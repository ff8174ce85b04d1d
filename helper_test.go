package runnertape_test

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// document is the text of a file of the project.
func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// dependOnSources looks at the sources of all packages, so that `go test` does not
// take a cached result for true: it knows what a test opens, but not what the
// commands that it runs do.
func dependOnSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// build makes the proxy command.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "proxy.exe")
	goTool(t, "build", "-o", bin, "./cmd/proxy")
	return bin
}

// outputOf is what a command writes to stdout.
func outputOf(t *testing.T, command string, args ...string) []byte {
	t.Helper()
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), command, args...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, complaints.Bytes())
	}
	return out
}

// withoutSettings is the environment without what sets flags of proxy or leads
// clients elsewhere.
func withoutSettings() []string {
	var env []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(strings.ToUpper(entry), "="); !strings.HasPrefix(name, "PROXY_") && !strings.HasSuffix(name, "_PROXY") {
			env = append(env, entry)
		}
	}
	return env
}

// recorder is a running `proxy record`.
type recorder struct {
	cmd     *exec.Cmd
	address string
	talk    bytes.Buffer // complete when ended is closed
	ended   chan struct{}
}

// startRecorder runs `proxy record` and waits until it listens.
func startRecorder(t *testing.T, bin string, args ...string) *recorder {
	t.Helper()
	args = append([]string{"record", "--listen", "127.0.0.1:0", "--ca-dir", t.TempDir()}, args...)
	r := &recorder{cmd: exec.Command(bin, args...), ended: make(chan struct{})}
	r.cmd.Env = withoutSettings()
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.cmd.Process.Kill() })
	listening := make(chan string, 1)
	go func() { // ends with the process
		defer close(r.ended)
		in := bufio.NewReader(stderr)
		for {
			line, err := in.ReadString('\n')
			r.talk.WriteString(line)
			if address, ok := strings.CutPrefix(strings.TrimSpace(line), "proxy: listening on "); ok {
				listening <- address
			}
			if err != nil {
				io.Copy(io.Discard, in)
				return
			}
		}
	}()
	select {
	case r.address = <-listening:
	case <-r.ended:
		t.Fatalf("proxy record ended at once:\n%s", r.talk.String())
	}
	return r
}

// stop ends the recorder as Ctrl-C does.
func (r *recorder) stop(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-r.ended
	if err := r.cmd.Wait(); err != nil {
		t.Fatalf("proxy record: %v\n%s", err, r.talk.String())
	}
}
