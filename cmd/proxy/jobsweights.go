package main

import (
	"cmp"
	"fmt"
	"strings"

	"runnertape/findings"
)

// weights counts findings by how bad they are.
type weights struct {
	Notes    int    `json:"notes"`
	Warnings int    `json:"warnings"`
	Faults   int    `json:"faults"`
	Worst    string `json:"worst,omitempty"` // text of the first of the worst
}

func (w *weights) add(odd []findings.Finding) {
	worst := -1
	for _, f := range odd {
		at := 0
		switch f.Weight {
		case findings.Fault:
			at = 2
			w.Faults++
		case findings.Warning:
			at = 1
			w.Warnings++
		default:
			w.Notes++
		}
		if at > worst {
			w.Worst, worst = f.Text, at
		}
	}
}

// cell is "1f 2n: what the worst of them is", f being faults, w warnings and n notes.
func (w *weights) cell() cell {
	c := cell{full: "-", plain: fmt.Sprintf("%d\t%d\t%d\t%s", w.Faults, w.Warnings, w.Notes, cmp.Or(printable(w.Worst), "-"))}
	var parts []string
	for _, of := range []struct {
		n      int
		weight findings.Weight
	}{{w.Faults, findings.Fault}, {w.Warnings, findings.Warning}, {w.Notes, findings.Note}} {
		if of.n > 0 {
			parts = append(parts, fmt.Sprintf("%d%c", of.n, of.weight[0]))
			c.sgr = cmp.Or(c.sgr, weightColour(of.weight))
		}
	}
	if len(parts) > 0 {
		c.short = strings.Join(parts, " ")
		c.full = c.short + ": " + printable(w.Worst)
	}
	return c
}

func weightColour(w findings.Weight) string {
	switch w {
	case findings.Fault:
		return red
	case findings.Warning:
		return yellow
	}
	return dim
}
