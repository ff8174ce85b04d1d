package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An unmodified runner does minted jobs, each with one command, and where there is no network but the loopback, if this machine can
// do without.
func TestRealRunnerMinted(t *testing.T) {
	bin := realRunner(t)
	root := t.TempDir()
	_, sha := newRepo(t, root)
	tree := filepath.Join(root, "tree")
	for _, name := range []string{"2", "3"} {
		out, err := exec.Command("git", "-C", tree, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", name).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	secret := filepath.Join(root, "config.ini")
	mustDo(t, os.WriteFile(secret, []byte("mode=of-the-file\n"), 0o600))
	recorded := "../../fixtures/runner-17.9.0-connect.txtar"
	kept := []string{"--script", "if test -f kept/x; then echo the cache is there; fi", "--script", "mkdir -p kept && echo 1 > kept/x", "--cache", "key=kept/"}
	for _, c := range []struct {
		name    string
		flags   []string
		says    []string // lines of the log
		state   string
		exit    int
		uploads []string
	}{
		{
			"fails",
			[]string{
				"--script", "echo in the script; exit 3", "--before-script", "echo before it", "--after-script", "echo after $CI_JOB_STATUS", "--expect", "failed:3",
				"--artifacts", "never", "--artifacts-report", "junit=report.xml", "--before-script", "echo '<a/>' > report.xml",
			},
			[]string{"before it", "in the script", "after failed"},
			"failed", 3,
			[]string{"junit"},
		},
		{
			"passes", append(kept[:len(kept):len(kept)],
				"--variables", secret, "--masked-variable", "PASSWORD=hunter2-and-more-9182", "--file-variable", "CONFIG="+secret, "--variable", "GREETING=to you, $CI_PROJECT_PATH",
				"--script", "echo password $PASSWORD; cat $CONFIG; echo hello $GREETING, mode is $mode", "--script", "mkdir out; echo result > out/result.txt", "--artifacts", "out/", "--project", "some/where/else"),
			[]string{"password [MASKED]", "mode=of-the-file", "hello to you, some/where/else, mode is of-the-file"},
			"success", 0,
			[]string{"archive"},
		},
		{
			"cached", append(kept[:len(kept):len(kept)], "--expect", "success", "--project", "some/where/else"), []string{"the cache is there"}, "success", 0, nil,
		},
		{
			"clones",
			[]string{"--repo", tree, "--depth", "2", "--script", "cat hello.txt; git rev-list --count HEAD; echo $CI_COMMIT_BRANCH $CI_COMMIT_TITLE"},
			[]string{"hello from the repository", "2", "main 3"},
			"success", 0, nil,
		},
		{
			"clones a commit",
			[]string{"--repo", tree + "@" + sha, "--script", "git rev-parse HEAD; echo $CI_COMMIT_SHA is it", "--image", "alpine", "--service", "redis"},
			[]string{sha, sha + " is it"},
			"success", 0, nil,
		},
		{
			"from a recording",
			[]string{"--from", recorded, "--job", "1001", "--script", "cat hello.txt; echo $MORE > result.txt; cat result.txt", "--variable", "MORE=more", "--expect", "success"},
			[]string{"hello from the repository", "more"},
			"success", 0,
			[]string{"archive"},
		},
		{
			"downloads of a recording",
			[]string{"--from", recorded, "--job", "1002", "--script", "echo it is $(cat result.txt)"},
			[]string{"it is result"},
			"success", 0, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			recording := filepath.Join(dir, "job.txtar")
			out, err := exec.Command("proxy", append([]string{"mint", "-o", recording}, c.flags...)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			args := []string{
				"proxy", "replay", "--listen", "127.0.0.1:0", "--ca-dir", filepath.Join(dir, "ca"), "--until-done", "--strict", "--timeout", "2m",
				"--receipt", filepath.Join(dir, "receipt.json"), "--received", filepath.Join(dir, "received"), recording,
				"--", bin, "run-single", "--executor", "shell", "--shell", "bash", "--builds-dir", filepath.Join(dir, "builds"), "--cache-dir", filepath.Join(root, "cache"),
				"--max-builds", "1", "--wait-timeout", "30",
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			run := exec.CommandContext(ctx, args[0], args[1:]...)
			if bare := withoutNetwork(t); bare != nil {
				run = exec.CommandContext(ctx, bare[0], append(bare[1:], args...)...)
			}
			run.Env = cleanEnv(dir)
			out, err = run.CombinedOutput()
			log := logIn(t, filepath.Join(dir, "received"))
			if err != nil {
				t.Fatalf("%v\n%s\n%s", err, out, log)
			}
			for _, line := range c.says {
				if !strings.Contains(log, "\n"+line+"\n") {
					t.Errorf("no line %q in\n%s", line, log)
				}
			}
			text, err := os.ReadFile(filepath.Join(dir, "receipt.json"))
			mustDo(t, err)
			var r receiptFile
			mustDo(t, json.Unmarshal(text, &r))
			if r.ExitCode != exitOK || r.Missed != 0 || len(r.Jobs) != 1 {
				t.Fatalf("receipt: %s", text)
			}
			j := r.Jobs[0]
			var uploads []string
			for _, u := range j.Uploads {
				uploads = append(uploads, u.Type)
			}
			if j.Replayed.State != c.state || j.Replayed.ExitCode != c.exit || !j.Same() || len(j.Differences) > 0 || strings.Join(uploads, " ") != strings.Join(c.uploads, " ") {
				t.Errorf("receipt: %s\n%s", text, log)
			}
		})
	}
}

// logIn is the one log that a replay kept in a folder.
func logIn(t *testing.T, dir string) string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	mustDo(t, err)
	if len(logs) != 1 {
		t.Fatalf("there are the logs %q", logs)
	}
	log, err := os.ReadFile(logs[0])
	mustDo(t, err)
	return string(log)
}
