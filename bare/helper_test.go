package bare

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"runnertape"
)

// gitPath is the machine's git.
func gitPath(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("git")
	if err != nil {
		t.Skip("NOT RUN: no git on this machine")
	}
	return path
}

func tryGit(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	return tryGitWith(t, dir, "", args...)
}

func tryGitWith(t testing.TB, dir, in string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command(gitPath(t), args...)
	c.Dir, c.Stdin = dir, strings.NewReader(in)
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example",
	}
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func mustGit(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := tryGit(t, dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func mustGitWith(t testing.TB, dir, in string, args ...string) {
	t.Helper()
	if out, err := tryGitWith(t, dir, in, args...); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// upstream is a server of one repository, and a recording of what it says. Answers belong to the
// job whose number is the user's name.
type upstream struct {
	url, work string
	answers   []Answer
	mu        sync.Mutex
	bodies    map[uint64][2][]byte
}

// newUpstream serves a new repository; its branch main has commits 1 to n, with a tag at each tenth.
func newUpstream(t testing.TB, n int, initFlags ...string) *upstream {
	t.Helper()
	root := t.TempDir()
	u := &upstream{work: filepath.Join(root, "work"), bodies: map[uint64][2][]byte{}}
	mustGit(t, root, append([]string{"init", "-q", "-b", "main", u.work}, initFlags...)...)
	u.commit(t, 1, n)
	repository := filepath.Join(u.work, ".git")
	mustGit(t, u.work, "config", "uploadpack.allowAnySHA1InWant", "true")
	mustGit(t, u.work, "config", "uploadpack.allowFilter", "true")
	backend := &cgi.Handler{Path: gitPath(t), Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + repository, "GIT_HTTP_EXPORT_ALL=1"}, Stderr: t.Output()}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { u.record(w, r, backend) }))
	t.Cleanup(s.Close)
	u.url = s.URL
	return u
}

// commit makes commits number from up to to, each of which changes one of seven files.
func (u *upstream) commit(t testing.TB, from, to int) {
	t.Helper()
	var in strings.Builder
	for i := from; i <= to; i++ {
		who := fmt.Sprintf("a <a@example> %d +0000", 1_700_000_000+i)
		content := strings.Repeat(fmt.Sprintf("commit %d\n", i), 50)
		fmt.Fprintf(&in, "commit refs/heads/main\nmark :%d\nauthor %s\ncommitter %s\ndata 1\n%%\n", i, who, who)
		if i == from && from > 1 {
			in.WriteString("from refs/heads/main^0\n")
		}
		fmt.Fprintf(&in, "M 644 inline file-%d\ndata %d\n%s\n", i%7, len(content), content)
		if i%10 == 0 {
			fmt.Fprintf(&in, "tag v%d\nfrom :%d\ntagger %s\ndata 3\ntag\n", i, i, who)
		}
	}
	mustGitWith(t, u.work, in.String(), "fast-import", "--quiet")
}

// id is the commit that a name stands for.
func (u *upstream) id(t testing.TB, name string) string {
	t.Helper()
	return mustGit(t, u.work, "rev-parse", name+"^{commit}")
}

// as is the URL for a job.
func (u *upstream) as(job int) string { return as(u.url, job) }

func as(url string, job int) string {
	return strings.Replace(url, "http://", fmt.Sprintf("http://%d:token@", job), 1)
}

func (u *upstream) record(w http.ResponseWriter, r *http.Request, backend http.Handler) {
	if _, _, ok := r.BasicAuth(); !ok {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	request, _ := io.ReadAll(r.Body)
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(request)), int64(len(request)), nil
	answer := httptest.NewRecorder()
	backend.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
	if answer.Code != http.StatusOK {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	a := Answer{ID: uint64(len(u.answers) + 1), Job: jobOf(r), Posted: r.Method == http.MethodPost, Asked: r.Header.Get("Content-Encoding"), Sum: sha256.Sum256(answer.Body.Bytes())}
	u.answers = append(u.answers, a)
	u.bodies[a.ID] = [2][]byte{request, answer.Body.Bytes()}
}

func jobOf(r *http.Request) (job int64) {
	user, _, _ := r.BasicAuth()
	fmt.Sscan(user, &job)
	return job
}

// Body implements Source.
func (u *upstream) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return io.NopCloser(bytes.NewReader(u.bodies[id][side-1])), nil
}

// forget is a recording without what was recorded so far.
func (u *upstream) forget() { u.answers = nil }

// rebuilt serves the repository made of the recording.
type rebuilt struct {
	url        string
	repository *Repository

	mu     sync.Mutex // guards what follows
	notes  []string
	errors []string
}

func (u *upstream) rebuild(t testing.TB) *rebuilt {
	t.Helper()
	g := New(context.Background(), u, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() {
		must(t, g.Close())
		if _, err := os.Stat(g.dir); err == nil {
			t.Errorf("%s is still there", g.dir)
		}
	})
	repository, err := g.Rebuild(u.answers)
	must(t, err)
	b := &rebuilt{repository: repository}
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	b.url = s.URL
	return b
}

func (b *rebuilt) as(job int) string { return as(b.url, job) }

func (b *rebuilt) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := r.BasicAuth(); !ok {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	protocol := r.Header.Get("Git-Protocol")
	var note string
	var err error
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		err = b.repository.Refs(r.Context(), jobOf(r), protocol, w)
	} else {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		ask, _ := io.ReadAll(body)
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		note, err = b.repository.Pack(r.Context(), jobOf(r), protocol, ask, w)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if note != "" && !slices.Contains(b.notes, note) { // before version 2 one fetch comes in several requests
		b.notes = append(b.notes, note)
	}
	if err != nil {
		b.errors = append(b.errors, err.Error())
		w.WriteHeader(http.StatusNotFound) // nothing, if it has begun to answer
	}
}

// tryFetch fetches refspecs into a repository, which is made if it is not there.
func tryFetch(t testing.TB, dir, url, version string, args ...string) (string, error) {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		format := "sha1"
		if strings.Contains(dir, "sha256") {
			format = "sha256"
		}
		mustGit(t, filepath.Dir(dir), "init", "-q", "--object-format="+format, dir)
	}
	return tryGit(t, dir, append([]string{"-c", "protocol.version=" + version, "fetch", "-q", url}, args...)...)
}

func mustFetch(t testing.TB, dir, url, version string, args ...string) {
	t.Helper()
	if out, err := tryFetch(t, dir, url, version, args...); err != nil {
		t.Fatalf("git fetch %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// commits is how many commits a name has.
func commits(t testing.TB, dir, name string) string {
	t.Helper()
	return mustGit(t, dir, "rev-list", "--count", name)
}
