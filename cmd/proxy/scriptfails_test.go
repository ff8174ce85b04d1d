package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// doFails is `fails CODE REGEXP ARG…`: `proxy ARG…` exits with CODE, having said one line
// that matches, and without having made or changed a file.
func doFails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fails CODE REGEXP ARG…")
	}
	before := snapshot(ts)
	path, err := exec.LookPath("proxy")
	ts.Check(err)
	var stdout, stderr bytes.Buffer
	c := exec.Command(path, args[2:]...)
	c.Dir, c.Env, c.Stdout, c.Stderr = ts.MkAbs("."), scriptEnv(ts), &stdout, &stderr
	ts.Check(c.Start())
	deadline := time.AfterFunc(patience, func() { c.Process.Kill() })
	c.Wait()
	deadline.Stop()
	said := stderr.String()
	ts.Logf("[exit %d] %s", c.ProcessState.ExitCode(), said)
	want, err := regexp.Compile(args[1])
	ts.Check(err)
	switch {
	case strconv.Itoa(c.ProcessState.ExitCode()) != args[0]:
		ts.Fatalf("%v, not %s", c.ProcessState, args[0])
	case stdout.Len() > 0:
		ts.Fatalf("it writes to stdout:\n%s", stdout.String())
	case strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "proxy: ") || strings.HasSuffix(said, ".\n"):
		ts.Fatalf("that is not one line of ours")
	case ugly.MatchString(said):
		ts.Fatalf("that is nothing for a person: %q", ugly.FindString(said))
	case !want.MatchString(said):
		ts.Fatalf("that does not match %s", want)
	}
	if after := snapshot(ts); after != before {
		ts.Fatalf("files changed; before\n%s\nafter\n%s", before, after)
	}
}

// snapshot is every file of the script but those in its home, with a digest.
func snapshot(ts *testscript.TestScript) string {
	var b strings.Builder
	root := stageOf(ts).workDir
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "home" || d.Name() == ".tmp") {
			return fs.SkipDir
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %x\n", strings.TrimPrefix(path, root), sha256.Sum256(content))
		return err
	}))
	return b.String()
}
