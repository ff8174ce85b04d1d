package recordtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A module of somebody else's imports the packages for tests, without a network; and the flag -update is as it is documented.
func TestUsersModule(t *testing.T) {
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	copyTo(t, dir, "testdata/user/go.mod", "testdata/user/user_test.go", "testdata/user/ownflag/ownflag_test.go")
	copyTo(t, filepath.Join(dir, "testdata"), "testdata/hello.txtar")
	run := func(env, name string, args ...string) (string, error) {
		c := exec.Command(name, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off", "PROXY_UPDATE="+env)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	for _, args := range [][]string{
		{"mod", "edit", "-replace=runnertape=" + root}, {"test", "-c", "-o", "user.test", "."}, {"test", "-c", "-o", "ownflag.test", "./ownflag"},
	} {
		if out, err := run("", "go", args...); err != nil {
			t.Fatalf("go %q: %v\n%s", args, err, out)
		}
	}
	for _, c := range []struct {
		name    string
		env     string // PROXY_UPDATE
		program string
		args    []string
		fails   bool
		want    string
	}{
		{"replays", "", "user.test", nil, false, "PASS"},
		{"records with -update", "", "user.test", []string{"-test.run=TestRecord", "-update"}, true, "Options.Upstream is empty"},
		{"records with the variable", "true", "user.test", []string{"-test.run=TestRecord"}, true, "Options.Upstream is empty"},
		{"replays with the variable", "0", "user.test", nil, false, "PASS"},
		{"wrong variable", "maybe", "user.test", []string{"-test.run=TestRecord"}, true, `PROXY_UPDATE: "maybe" is not true or false`},
		{"own flag", "", "ownflag.test", nil, true, "flag redefined: update"},
		{"own flag and the variable", "true", "ownflag.test", []string{"-test.v"}, false, "own flag: false, recordtest: true"},
		{"own flag given, and the variable", "false", "ownflag.test", []string{"-test.v", "-update"}, false, "own flag: true, recordtest: false"},
	} {
		out, err := run(c.env, filepath.Join(dir, c.program), c.args...)
		if (err != nil) != c.fails || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v, want %q in\n%s", c.name, err, c.want, out)
		}
	}
}

// copyTo copies files into a folder, under their names below testdata/user, or below testdata.
func copyTo(t *testing.T, dir string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(path, "testdata/")
		to := filepath.Join(dir, strings.TrimPrefix(name, "user/"))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
