package runnertape_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tests in documents are the code of the Examples, which run; docs/testing.md has all of them.
func TestTestingExamples(t *testing.T) {
	inExample := regexp.MustCompile(`func test([A-Z]\w*)\(t testing\.TB\)`)
	code := ""
	for _, pattern := range []string{"replay/replaytest/example_*_test.go", "proxy/recordtest/example_*_test.go"} {
		paths, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			code += inExample.ReplaceAllString(document(t, filepath.ToSlash(path)), "func Test$1(t *testing.T)")
		}
	}
	goBlock := regexp.MustCompile("(?ms)^```go\n(.*?)^```$")
	for _, name := range documents(t) {
		blocks := goBlock.FindAllStringSubmatch(document(t, name), -1)
		for _, block := range blocks {
			if !strings.Contains(code, "\n"+block[1]+"\n") {
				t.Errorf("%s has code that is in no Example:\n%s", name, block[1])
			}
		}
		if want := strings.Count(code, "(t *testing.T) {"); name == "docs/testing.md" && len(blocks) != want {
			t.Errorf("%s has %d of %d Examples", name, len(blocks), want)
		}
	}
}

// The test for other languages in docs/testing.md passes, and fails if the job ends otherwise.
func TestTestingPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("NOT RUN: no python3")
	}
	dependOnSources(t)
	block := regexp.MustCompile("(?ms)^```python\n(.*?)^```$").FindStringSubmatch(document(t, "docs/testing.md"))
	if block == nil {
		t.Fatal("docs/testing.md has no Python")
	}
	shell := transcriptShell(t)
	for _, want := range []string{"success", "failed"} {
		dir := t.TempDir()
		recording := document(t, "replay/replaytest/testdata/passing-job.txtar")
		files := map[string]string{
			"test_runner.py":             strings.ReplaceAll(block[1], `"success"`, `"`+want+`"`),
			"testdata/passing-job.txtar": recording,
		}
		for name, content := range files {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := exec.CommandContext(t.Context(), python, "test_runner.py")
		c.Dir = dir
		c.Env = append(slices.Clone(shell), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "TMPDIR="+dir)
		if out, err := c.CombinedOutput(); (err == nil) != (want == "success") {
			t.Errorf("want %s: %v\n%s", want, err, out)
		}
	}
}
