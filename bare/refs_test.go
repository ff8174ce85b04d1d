package bare

import (
	"testing"
)

func TestIsRef(t *testing.T) {
	for name, want := range map[string]bool{
		"refs/heads/main": true, "refs/tags/v1.0": true, "refs/heads/a/b-c_d@e": true, "refs/heads/größe": true,
		"HEAD": false, "refs/": false, "refs/heads/../../x": false, "refs/heads//x": false, "refs/heads/x y": false, "refs/heads/.x": false,
		"refs/heads/x.lock": false, "refs/heads/x.lock/y": false, "refs/heads/x\n": false, "refs/heads/@{1}": false, "refs/heads/x*": false, "refs/heads/x.": false,
	} {
		if got := isRef(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
		if _, err := tryGit(t, t.TempDir(), "check-ref-format", name); (err == nil) != want && name != "HEAD" {
			t.Errorf("%q: git says %v", name, err)
		}
	}
}
