package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// doLedger is `ledger FILE`: every request the stand-in saw, one a line.
func doLedger(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, e := range stageOf(ts).server.Ledger() {
		fmt.Fprintln(&b, e)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// doJobTrace is `jobtrace ID FILE`: the log as GitLab holds it.
func doJobTrace(ts *testscript.TestScript, _ bool, args []string) {
	id, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), stageOf(ts).server.Job(id).Trace, 0o600))
}

// doJobState is `jobstate`: on stdout how each job stands with GitLab.
func doJobState(ts *testscript.TestScript, _ bool, _ []string) {
	s := stageOf(ts)
	for _, id := range s.jobs {
		j := s.server.Job(id)
		code := "-"
		if j.ExitCode != nil {
			code = strconv.Itoa(*j.ExitCode)
		}
		fmt.Fprintf(ts.Stdout(), "%s: %s exit %s artifacts %d downloads %d fetches %d\n", j.Name, j.Status, code, len(j.Artifacts), j.Counts.Downloads, j.Counts.Fetches)
	}
}

// doPolled is `polled N`: waits until N job requests have reached the stand-in.
func doPolled(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	a := stageOf(ts).arrivals
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		a.mu.Lock()
		polls, more := a.polls, a.more
		a.mu.Unlock()
		if polls >= want {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			ts.Fatalf("%d job requests, not %d", polls, want)
		}
	}
}

// doGitRepo is `gitrepo DIR [commits=N]`: makes the bare repository DIR/group/project.git with N commits, or one; the last is
// $SHA.
func doGitRepo(ts *testscript.TestScript, _ bool, args []string) {
	set, args := settings(args)
	tree, bare := ts.MkAbs("tree"), filepath.Join(ts.MkAbs(args[0]), "group", "project.git")
	ts.Check(os.MkdirAll(tree, 0o700))
	ts.Check(os.WriteFile(filepath.Join(tree, "hello.txt"), []byte("hello from the repository\n"), 0o600))
	commit := "-C " + tree + " -c user.name=T -c user.email=t@example.com commit -q --allow-empty -m "
	lines := []string{"-C " + tree + " init -q -b main", "-C " + tree + " add .", commit + "first"}
	commits, _ := strconv.Atoi(set["commits"]) // 0 if it is not said
	for i := 1; i < commits; i++ {
		lines = append(lines, commit+"more")
	}
	for _, line := range append(lines, "clone -q --bare "+tree+" "+bare) {
		ts.Check(ts.Exec("git", strings.Fields(line)...))
	}
	head, err := exec.Command("git", "-C", tree, "rev-parse", "HEAD").Output()
	ts.Check(err)
	ts.Setenv("SHA", strings.TrimSpace(string(head)))
}
