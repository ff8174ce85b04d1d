package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
	"runnertape/fixtures/gitlab"
	"runnertape/proxy"
)

// An unmodified runner clones from a replay with other settings than it was recorded with. The job's log says
// how many commits it has then.
func TestRealRunnerClones(t *testing.T) {
	bin := realRunner(t)
	s, _ := emptyStage(t, bin, way{name: "reverse", rewrite: true}, gitlab.Config{})
	tree := filepath.Join(s.dir, "tree")
	git := func(args ...string) string {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", tree, "-c", "user.name=Test", "-c", "user.email=test@example.com"}, args...)...)
		c.Env = cleanEnv(s.dir)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for range 29 {
		git("commit", "-q", "--allow-empty", "-m", "more")
	}
	git("push", "-q", filepath.Join(s.dir, "git", "group", "project.git"), "HEAD:main")
	count := `echo "commits: $(git rev-list --count HEAD)"`
	s.jobs = []int64{s.server.Enqueue(gitlab.Job{Name: "build", Project: "group/project", SHA: git("rev-parse", "HEAD"), Script: []string{"cat hello.txt", count}})}
	path := s.recordWith(t, func(address string, _ *proxy.CA) { s.runWith(t, s.url(address), nil) })
	if log := s.server.Job(s.jobs[0]).Trace; !strings.Contains(string(log), "commits: 20") {
		t.Fatalf("recorded:\n%s", log)
	}
	s.server.Close()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	for _, c := range []struct {
		strategy string
		depth    int
		want     string
	}{
		{"fetch", 1, "commits: 1"},
		{"fetch", 20, "commits: 20"},
		{"fetch", 50, "commits: 20"},
		{"fetch", 0, "hello from the repository"}, // git leaves out the refs, not the files
		{"clone", 3, "commits: 3"},
	} {
		t.Run(fmt.Sprintf("%s %d", c.strategy, c.depth), func(t *testing.T) {
			r := startReplay(t, edited{src, func(payload []byte) []byte {
				payload = bytes.Replace(payload, []byte(`"depth":20`), fmt.Appendf(nil, `"depth":%d`, c.depth), 1)
				return bytes.Replace(payload, []byte(`"variables":[`), fmt.Appendf(nil, `"variables":[{"key":"GIT_STRATEGY","value":%q,"public":true,"masked":false},`, c.strategy), 1)
			}})
			s.runner(t, s.url(r.address), 1, nil)
			r.end(t, func(difference string) bool { return strings.Contains(difference, "the recording has a depth of 20") })
			if log := string(r.Job(s.jobs[0]).Trace()); !strings.Contains(log, "\n"+c.want) {
				t.Errorf("want %q in\n%s", c.want, log)
			}
		})
	}
}

// edited is a recording whose payload is another.
type edited struct {
	recording
	edit func(payload []byte) []byte
}

func (e edited) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	body, err := e.recording.Body(id, side)
	if err != nil || side != runnertape.ResponseSide {
		return body, err
	}
	defer body.Close()
	all, err := io.ReadAll(body)
	if bytes.HasPrefix(all, []byte(`{"id":`)) {
		all = e.edit(all)
	}
	return io.NopCloser(bytes.NewReader(all)), err
}
