package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"runnertape/decode"
)

// folded groups steps of a job that took so long: each alone, or three and more of a kind in a row, unless nothing
// was said between two of them for much longer than between the others.
func folded(list []step, whole time.Duration) [][]step {
	var groups [][]step
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[0].kind != "" && list[n].kind == list[0].kind {
			n++
		}
		usual := median(list[:n])
		for i := 1; i < n; i++ {
			if pause := list[i].At.Sub(list[i-1].At); pause > 3*usual && isQuiet(pause, whole) {
				n = i
			}
		}
		if n < 3 {
			n = 1
		}
		groups = append(groups, list[:n])
		list = list[n:]
	}
	return groups
}

// groupWords say what a group is: the gist of one, or what several have in common, and why they are more than that.
func groupWords(group []step, patches map[uint64]decode.Patch) string {
	first, last := group[0], group[len(group)-1]
	text := printable(cmp.Or(first.Gist, string(first.Endpoint)))
	switch {
	case len(group) == 1:
	case first.kind == tracePart:
		text = traceWords(group, patches)
	default:
		text += fmt.Sprintf(" ×%d", len(group))
	}
	if every := median(group); every > 0 {
		text += ", every " + span(every)
	}
	var marks []string
	switch {
	case first.tries > 0 && len(group) == 1:
		marks = append(marks, fmt.Sprintf("try %d of %d", first.try, first.tries))
	case first.tries > 0:
		marks = append(marks, fmt.Sprintf("tries %d to %d of %d", first.try, last.try, last.tries))
	}
	if first.mark != "" {
		marks = append(marks, printable(first.mark))
	}
	if len(marks) > 0 {
		text += " [" + strings.Join(marks, "; ") + "]"
	}
	return text
}

// traceWords are like "12 patches 0-8190 → 202, 3 keep-alives → 200".
func traceWords(group []step, patches map[uint64]decode.Patch) string {
	var sent, alive int64
	var from, to int64
	for _, m := range group {
		p, ok := patches[m.Exchange]
		if !ok {
			alive++
			continue
		}
		if sent == 0 {
			from = p.Start
		}
		sent++
		to = max(to, p.Start+p.Bytes-1)
	}
	switch {
	case sent == 0:
		return count(alive, "keep-alive") + " → 200"
	case alive == 0:
		return fmt.Sprintf("%s %d-%d → 202", count(sent, "patch"), from, to)
	}
	return fmt.Sprintf("%s %d-%d → 202, %s → 200", count(sent, "patch"), from, to, count(alive, "keep-alive"))
}

// median is the middle time between the beginnings of steps, 0 if they are too few to tell.
func median(group []step) time.Duration {
	if len(group) < 3 {
		return 0
	}
	steps := make([]time.Duration, 0, len(group)-1)
	for i := 1; i < len(group); i++ {
		steps = append(steps, group[i].At.Sub(group[i-1].At))
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// isQuiet tells whether nothing was said for so long that it is shown: a second, and a thirtieth of the whole.
func isQuiet(d, whole time.Duration) bool { return d >= time.Second && d*30 >= whole }
