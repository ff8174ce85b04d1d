package faults

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	shipped := Catalogue()[0]
	for _, c := range []struct {
		name  string
		rules int
		fails string // "" if it does not
		path  bool   // the failure is one of reading
	}{
		{shipped.Name, len(shipped.Rules), "", false},
		{"update_job: 503 once", 1, "", false},
		{file("two.faults", "# nothing\nupdate_job: 503\npatch_trace: drop\n"), 2, "", false},
		{file("none.faults", "# nothing\n"), 0, "", false},
		{file("wrong.faults", "update_job: nonsense\n"), 0, "wrong.faults:1", false},
		{"nonesuch", 0, `no faults named "nonesuch", and no such file`, false},
		{filepath.Join(dir, "nonesuch.faults"), 0, "read faults: ", true},
	} {
		rules, text, err := Read(c.name)
		if c.fails == "" {
			if err != nil || len(rules) != c.rules || text == "" {
				t.Errorf("%s: %d rules, %v", c.name, len(rules), err)
			}
			continue
		}
		_, ofPath := errors.AsType[*fs.PathError](err)
		if err == nil || !strings.Contains(err.Error(), c.fails) || ofPath != c.path {
			t.Errorf("%s: %v, want %s", c.name, err, c.fails)
		}
	}
	if set, err := ReadSet(1); set != nil || err != nil {
		t.Errorf("no names: %v, %v", set, err)
	}
	if set, err := ReadSet(1, shipped.Name, "update_job: 503 once"); err != nil || len(set.Rules()) != len(shipped.Rules)+1 {
		t.Errorf("two names: %v", err)
	}
	if _, err := ReadSet(1, filepath.Join(dir, "none.faults")); err == nil || !strings.Contains(err.Error(), "there is no rule in ") {
		t.Errorf("no rule: %v", err)
	}
}
