package main

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// Nothing is shown of what is quick; what takes long is one line, wiped at the end.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		took time.Duration
		want string
	}{
		{900 * time.Millisecond, ""},
		{2500 * time.Millisecond, "\rproxy: checking a\\x1b.db: 1 s\rproxy: checking a\\x1b.db: 2 s\r\x1b[K"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var shown safeBuffer
			stop := progress(&shown, "checking a\x1b.db")
			time.Sleep(test.took)
			stop()
			if shown.String() != test.want {
				t.Errorf("after %v: %q, want %q", test.took, shown.String(), test.want)
			}
		})
	}
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	mustDo(t, err)
	defer f.Close()
	if isTerminal(f) {
		t.Error("a file passes for a terminal")
	}
}
