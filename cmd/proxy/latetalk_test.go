package main

import (
	"bytes"
	"io"
	"testing"
	"time"
)

// What exchanges tell late is said once a minute, and nothing of it is left out.
func TestLateTalk(t *testing.T) {
	var talk bytes.Buffer
	now := time.Unix(1e9, 0)
	p, stop := newProcess(nil, io.Discard, &talk)
	defer stop()
	l := newLateTalk(p)
	l.now = func() time.Time { return now }
	for i, wait := range []time.Duration{0, time.Second, time.Second, time.Minute, time.Second, 2 * time.Minute, 3 * time.Minute} {
		now = now.Add(wait)
		l.tell(uint64(i+1), 1)
	}
	l.end()
	l.tell(9, 3)
	l.end()
	want := "proxy: exchange 1 told of a secret that 1 exchange had; it was replaced there too\n" +
		"proxy: 3 exchanges more told of secrets that had been recorded before; they were replaced there too\n" +
		"proxy: 2 exchanges more told of secrets that had been recorded before; they were replaced there too\n" +
		"proxy: exchange 7 told of a secret that 1 exchange had; it was replaced there too\n" +
		"proxy: 1 exchange more told of secrets that had been recorded before; they were replaced there too\n"
	if got := talk.String(); got != want {
		t.Errorf("it was said\n%s\nwant\n%s", got, want)
	}
}
