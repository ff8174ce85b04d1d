package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress shows on a terminal what is done, until stop is called, which is to be before anything else is said.
func (p *process) progress(what string) (stop func()) {
	f, ok := p.stderr.(*os.File)
	if !ok || !isTerminal(f) {
		return func() {}
	}
	return sync.OnceFunc(progress(f, what))
}

// progress shows what, and for how long, on the terminal w: from a second on, once a
// second, in one line that stop wipes away.
func progress(w io.Writer, what string) (stop func()) {
	began := time.Now()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() { // ends with stop
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-tick.C:
				shown = true
				fmt.Fprintf(w, "\rproxy: %s: %d s", printable(what), int(time.Since(began).Seconds()))
			case <-end:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}
