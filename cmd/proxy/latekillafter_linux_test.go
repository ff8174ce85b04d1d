package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
