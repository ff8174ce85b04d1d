package main

import (
	"bufio"
	"fmt"
	"time"

	"runnertape/decode"
)

// extent is where the times of a story are drawn: from the first thing that is known of the job to the last.
type extent struct {
	from, zero, to time.Time // zero is what the timeline counts from
}

func extentOf(j *decode.Job) extent {
	st := extent{zero: seenFrom(j), to: seenUntil(j)}
	st.from = st.zero
	for _, p := range j.Phases() {
		if p.Began.Before(st.from) {
			st.from = p.Began
		}
	}
	for _, e := range j.Events {
		if e.Ended.After(st.to) {
			st.to = e.Ended
		}
	}
	return st
}

// writePhases draws the phases one below the other, each where it was.
func writePhases(w *bufio.Writer, s screen, j *decode.Job, st extent) {
	const before = 2 + 9 + 2 + 7 + 2 // margin, name, duration, and what is between
	b := newBars(st.from, st.to, s.drawing()-before)
	for _, p := range j.Phases() {
		ended, took := p.Ended, span(p.Duration())
		if ended.IsZero() {
			ended = st.to
			took = ">" + span(ended.Sub(p.Began))
		}
		bar := b.at(p.Began, ended.Sub(p.Began))
		fmt.Fprintf(w, "  %s  %s  %s\n", padded(string(p.Name), 9, false), padded(took, 7, true), s.paint(phaseColour(p.Name), bar))
	}
}

func phaseColour(name decode.PhaseName) string {
	switch name {
	case decode.Running:
		return green
	case decode.Queued:
		return dim
	}
	return cyan
}

// drawing is the width that drawings have: that of the screen, and where nothing bounds it that of a page.
func (s screen) drawing() int {
	if s.width == 0 {
		return 100
	}
	return s.width
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
