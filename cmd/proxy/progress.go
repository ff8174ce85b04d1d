package main

import (
	"fmt"
	"sync"
	"time"
)

// progress shows on a terminal what is done, until stop is called.
func (p *process) progress(what string) (stop func()) {
	if !p.lines.isTerminal() {
		return func() {}
	}
	return sync.OnceFunc(p.lines.progress(what))
}

// progress shows what, and for how long: from a second on, once a second, in one line that stop wipes away.
func (l *lines) progress(what string) (stop func()) {
	began := time.Now()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() { // ends with stop
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				l.show(fmt.Sprintf("%s: %d s", printable(what), int(time.Since(began).Seconds())))
			case <-end:
				l.wipe()
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}
