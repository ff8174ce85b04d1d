package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"runnertape/decode"
)

// step is an event of a job's timeline.
type step struct {
	decode.Event
	kind  string // of those in a row that have the same one, three and more are shown as one; empty: it stands alone
	try   int    // which one it is of several tries, from 1; 0 if there was one
	tries int    // how many there were
	mark  string // why it is more than its gist
	bad   bool   // it did not do what it was for
}

// tracePart is the kind of what goes on while all is well: pieces of the log, and updates that keep the job alive.
const tracePart = "trace"

// steps are the events of the job.
func (st *story) steps() []step {
	list, turnOf := make([]step, 0, len(st.Events)), turnsOf(st.turns)
	at := map[uint64]int{} // in list, by exchange
	for _, e := range st.Events {
		m := step{Event: e, bad: e.Failure != "" || e.Ended.IsZero()}
		turn := turnOf(e)
		switch {
		case e.Ended.IsZero():
			m.mark = "has not ended"
		case e.Failure != "":
			m.mark = "broken off: " + e.Failure
		case turn != "" && turn != decode.KeptAlive:
			m.kind, m.bad = fmt.Sprint(turn, e.Endpoint, e.Status), turn != decode.Accepted && turn != decode.Stopped
			m.mark = turnWords[turn]
		case e.Endpoint == decode.PatchTrace, turn == decode.KeptAlive:
			m.kind = tracePart
		case e.Endpoint == decode.ObjectStorage, e.Endpoint == decode.Cache:
			m.kind = fmt.Sprint(e.Endpoint, e.Status)
		}
		at[e.Exchange] = len(list)
		list = append(list, m)
	}
	for _, r := range st.retries {
		for i, t := range r.Tries {
			if n, ok := at[t.Exchange]; ok {
				list[n].try, list[n].tries = i+1, len(r.Tries)
			}
		}
	}
	return list
}

// turnsOf says of events whether they are more than the ordinary course of a job.
func turnsOf(turns []decode.Turn) func(decode.Event) decode.TurnKind {
	type answer struct {
		endpoint decode.Endpoint
		status   int
		alive    bool // a keep-alive: between the first and the last of them there may be everything else
	}
	known := map[answer][]decode.Turn{} // in order
	for _, t := range turns {
		of := answer{t.Endpoint, t.Status, t.Kind == decode.KeptAlive}
		known[of] = append(known[of], t)
	}
	return func(e decode.Event) decode.TurnKind {
		for _, alive := range []bool{false, true} {
			list := known[answer{e.Endpoint, e.Status, alive}]
			after := sort.Search(len(list), func(i int) bool { return list[i].First > e.Exchange })
			if after > 0 && e.Exchange <= list[after-1].Last {
				return list[after-1].Kind
			}
		}
		return ""
	}
}

// turnWords are what a turn makes the runner do, where the gist does not say it.
var turnWords = map[decode.TurnKind]string{
	decode.Accepted:  "to be asked again",
	decode.Mismatch:  "goes on from there",
	decode.SendAgain: "the whole log again",
	decode.Stopped:   "told to stop",
}

// timeline is a table of what was said when.
type timeline struct {
	table
	where extent
	bars  bars
	drawn bool      // there is room to show where in the job each line was
	over  time.Time // when all that was shown so far was over
}

func newTimeline(s screen, where extent) *timeline {
	t := &timeline{where: where, bars: newBars(where.zero, where.to, min(30, s.drawing()-30)), drawn: s.drawing() >= 120}
	t.columns = []column{{title: "AT", right: true}, {title: "TOOK", right: true}, {title: "EXCH"}, {title: "WHEN"}, {title: "WHAT", easy: 40, least: 20, wrap: true}}
	if !t.drawn {
		t.columns = slices.Delete(t.columns, 3, 4)
	}
	return t
}

func (t *timeline) add(at, until time.Time, exchange string, what cell) {
	took := "-"
	if until.After(at) {
		took = span(until.Sub(at))
	}
	row := []cell{{full: since(at.Sub(t.where.zero))}, {full: took}, {full: exchange}}
	if t.drawn {
		row = append(row, cell{full: t.bars.at(at, until.Sub(at)), sgr: what.sgr})
	}
	t.rows = append(t.rows, append(row, what))
	t.over = later(t.over, until)
}

// quiet shows that nothing was said up to then, if that was long.
func (t *timeline) quiet(until time.Time) {
	d := until.Sub(t.over)
	if t.over.IsZero() || !isQuiet(d, t.where.to.Sub(t.where.zero)) {
		return
	}
	text := "quiet"
	if !t.drawn {
		text += " " + t.bars.bar(d)
	}
	t.add(t.over, until, "", cell{full: text, sgr: dim})
}

// shownSteps is how many lines a timeline has, but for those of quiet; of more the middle is left out.
const shownSteps = 400

// writeTimeline is a line for each group of events, and for each time in which nothing was said.
func (st *story) writeTimeline(w *bufio.Writer, s screen, where extent) {
	patches := map[uint64]decode.Patch{}
	for _, p := range st.Patches {
		patches[p.Exchange] = p
	}
	t := newTimeline(s, where)
	groups := folded(st.steps(), where.to.Sub(where.zero))
	left := max(0, len(groups)-shownSteps)
	for i, group := range groups {
		first, last := group[0], group[len(group)-1]
		until := first.At
		for _, m := range group {
			until = later(until, cmp.Or(m.Ended, m.At))
		}
		exchange := fmt.Sprint(first.Exchange)
		if len(group) > 1 {
			exchange = fmt.Sprintf("%d-%d", first.Exchange, last.Exchange)
		}
		switch i -= shownSteps / 2; {
		case i < 0, i >= left:
			t.quiet(first.At)
			t.add(first.At, until, exchange, cell{full: groupWords(group, patches), sgr: stepColour(first)})
		case i == 0:
			t.add(first.At, first.At, "", cell{full: fmt.Sprintf("… and %s more, which proxy dump --job %d shows", count(int64(left), "line"), st.ID), sgr: dim})
		}
		t.over = later(t.over, until)
	}
	w.WriteByte('\n')
	t.write(w, s)
}

func stepColour(m step) string {
	switch {
	case m.bad:
		return red
	case m.mark != "" || m.tries > 0:
		return yellow
	}
	return ""
}
