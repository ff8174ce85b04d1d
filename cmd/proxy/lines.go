package main

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// lines are what stderr has: whole lines, and on a terminal perhaps one below them that is to be wiped away.
type lines struct {
	w io.Writer

	mu    sync.Mutex // lines of several goroutines do not mix
	shown bool       // there is one to be wiped away; guarded by mu
}

// say writes a line that stays.
func (l *lines) say(text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipeShown()
	_, err := fmt.Fprintf(l.w, "proxy: %s\n", text)
	return err
}

// show writes a line that stays until the next, or wipe.
func (l *lines) show(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipeShown()
	fmt.Fprintf(l.w, "proxy: %s", text)
	l.shown = true
}

// wipe wipes away what show wrote.
func (l *lines) wipe() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipeShown()
}

// wipeShown is wipe, called with mu held.
func (l *lines) wipeShown() {
	if l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
	l.shown = false
}

// isTerminal tells whether who sees them can see one wiped away.
func (l *lines) isTerminal() bool {
	f, ok := l.w.(*os.File)
	return ok && isTerminal(f)
}
