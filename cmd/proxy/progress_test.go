package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// Nothing is shown of what is quick; what takes long is one line, wiped away at the end, and before something is said.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		took  time.Duration
		warns bool // in the midst
		want  string
	}{
		{900 * time.Millisecond, false, ""},
		{2500 * time.Millisecond, false, "proxy: checking a\\x1b.db: 1 s\r\x1b[Kproxy: checking a\\x1b.db: 2 s\r\x1b[K"},
		{1800 * time.Millisecond, true, "proxy: checking a\\x1b.db: 1 s\r\x1b[Kproxy: warning: look\nproxy: checking a\\x1b.db: 2 s\r\x1b[K"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var shown safeBuffer
			l := &lines{w: &shown}
			stop := l.progress("checking a\x1b.db")
			time.Sleep(test.took)
			if test.warns {
				slog.New(&talk{lines: l}).Warn("look")
				time.Sleep(time.Second)
			}
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
