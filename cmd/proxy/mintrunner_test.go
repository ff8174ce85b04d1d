package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tellsExitCodes is the first version of the runner that tells that of a script.
const tellsExitCodes = "13.8"

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
			if c.exit != 0 && !isSince(t, versionOf(t, bin), tellsExitCodes) {
				t.Skipf("NOT RUN: runners before %s tell no exit code", tellsExitCodes)
			}
			dir := t.TempDir()
			recording := filepath.Join(dir, "job.txtar")
			mustProxy(t, append([]string{"mint", "-o", recording}, c.flags...)...)
			jobs := replayOffline(t, bin, dir, recording, filepath.Join(root, "cache"), 1)
			log := logOfJob(t, dir, jobs[0].ID)
			for _, line := range c.says {
				if !strings.Contains(log, "\n"+line+"\n") {
					t.Errorf("no line %q in\n%s", line, log)
				}
			}
			var uploads []string
			for _, u := range jobs[0].Uploads {
				uploads = append(uploads, u.Type)
			}
			if end := jobs[0].Replayed; end.State != c.state || end.ExitCode != c.exit || !slices.Equal(uploads, c.uploads) {
				t.Errorf("%+v\n%s", jobs[0], log)
			}
		})
	}
}

// A job gets what another one made.
func TestRealRunnerMintedNeeds(t *testing.T) {
	bin := realRunner(t)
	dir := t.TempDir()
	build, test, both := filepath.Join(dir, "build.txtar"), filepath.Join(dir, "test.txtar"), filepath.Join(dir, "both.txtar")
	mustProxy(t, "mint", "--id", "1", "--script", "echo made > made.txt", "--artifacts", "made.txt", "-o", build)
	mustProxy(t, "mint", "--id", "2", "--script", "echo it is $(cat made.txt)", "--needs", "1", "--expect", "success", "-o", test)
	mustProxy(t, "merge", build, test, "-o", both)
	replayOffline(t, bin, dir, both, filepath.Join(dir, "cache"), 2)
	if log := logOfJob(t, dir, 2); !strings.Contains(log, "\nit is made\n") {
		t.Errorf("it did not get it:\n%s", log)
	}
}

// mustProxy runs a command of proxy.
func mustProxy(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("proxy", args...).CombinedOutput(); err != nil {
		t.Fatalf("proxy %q: %v\n%s", args, err, out)
	}
}

// logOfJob is the log that a replay kept.
func logOfJob(t *testing.T, dir string, job int64) string {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(dir, "received", fmt.Sprintf("%d.log", job)))
	mustDo(t, err)
	return string(log)
}
