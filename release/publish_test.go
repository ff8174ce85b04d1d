package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A release of this machine's platform, made twice, is the same bytes.
func TestPublish(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN with -short: it builds the command four times")
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if !slices.Contains(platforms, platform) || runtime.GOOS == "windows" {
		t.Skipf("NOT RUN: of %s there is no tar.gz", platform)
	}
	t.Chdir("..")
	if _, err := output(t.Context(), nil, "git", "rev-parse", "HEAD"); err != nil {
		t.Skipf("NOT RUN: this is no git repository: %v", err)
	}
	var sums [2]string
	var out string
	for i, zone := range []string{"UTC", "Asia/Kathmandu"} {
		out = filepath.Join(t.TempDir(), "dist")
		t.Setenv("TZ", zone)
		if err := publish(t.Context(), out, "v0.0.1", []string{platform}, true); err != nil {
			t.Fatal(err)
		}
		sums[i] = read(t, out, "SHA256SUMS")
	}
	if sums[0] != sums[1] {
		t.Errorf("two releases of one commit differ:\n%s%s", sums[0], sums[1])
	}

	folder := "runnertape-v0.0.1-" + runtime.GOOS + "-" + runtime.GOARCH
	archive := read(t, out, folder+".tar.gz")
	if want := fmt.Sprintf("%x  %s.tar.gz\n", sha256.Sum256([]byte(archive)), folder); sums[1] != want {
		t.Errorf("SHA256SUMS has %q, want %q", sums[1], want)
	}
	checkMembers(t, folder, readTarGz(t, []byte(archive)), out)
}

func checkMembers(t *testing.T, folder string, members []found, out string) {
	want := []string{"ARCHITECTURE.md", "CHANGELOG.md", "Justfile", "fixtures/README.md", "proxy/doc.go", "LICENSE", "README.md", "THIRD-PARTY-LICENSES", "completion/_proxy", "completion/proxy.bash", "completion/proxy.fish", "man/proxy.1", "proxy"}
	for _, pattern := range []string{"docs/*.md", "fixtures/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		want = append(want, files...)
	}
	slices.Sort(want)
	var got []string
	for _, m := range members {
		name := strings.TrimPrefix(m.name, folder+"/")
		got = append(got, name)
		if program := m.mode == 0o755; program != (name == "proxy") || m.content == "" || !m.when.Equal(members[0].when) {
			t.Errorf("%s has mode %v, %d bytes, and is of %v", name, m.mode, len(m.content), m.when)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the archive has %q, want %q", got, want)
	}
	for _, link := range regexp.MustCompile(`\]\(([^):#]+)`).FindAllStringSubmatch(members[slices.Index(got, "README.md")].content, -1) {
		if !slices.Contains(got, link[1]) {
			t.Errorf("README.md links to %s, which is not in the archive", link[1])
		}
	}
	beside := filepath.Join(out, runtime.GOOS+"-"+runtime.GOARCH, "proxy")
	if members[slices.Index(got, "proxy")].content != read(t, beside) {
		t.Error("the command beside the archive is not that in it")
	}
	if says, err := output(t.Context(), nil, beside, "--version"); err != nil || !strings.HasPrefix(says, "proxy version v0.0.1 ") {
		t.Errorf("the command says %q (%v), want v0.0.1", says, err)
	}
}

func TestPublishRefuses(t *testing.T) {
	repository := t.TempDir()
	t.Chdir(repository)
	git(t, "init", "-q")
	git(t, "-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", "first")
	tests := []struct {
		name, version, platform, file string
		want                          string
	}{
		{"platform", "v1", "linux/vax", "", `"linux/vax" is none of darwin/amd64`},
		{"changed", "v1", "linux/amd64", "new.go", "commit it, or say -modified:\n?? new.go"},
		{"version", "v1 2", "linux/amd64", "", `"v1 2" is no version`},
		{"somebody's folder", "v1", "linux/amd64", "dist/thesis.txt", "dist/thesis.txt: no release made it"},
		{"elsewhere", "v1", "linux/amd64", "", "there is no README.md here"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				path := filepath.Join(repository, test.file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, nil, 0o644); err != nil {
					t.Fatal(err)
				}
				defer os.Remove(path)
			}
			err := publish(t.Context(), "dist", test.version, []string{test.platform}, strings.HasPrefix(test.file, "dist/"))
			if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), test.want) {
				t.Errorf("it says %v, want %q", err, test.want)
			}
		})
	}
}

func git(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
