package main

import "fmt"

// goal is what the recorder is to reach.
type goal struct {
	says   string
	bound  float64
	atMost bool // the bound is from above
	figure func(figures) (float64, bool)
}

// goals are those of a recorder that nobody need hesitate to leave running: as fast
// as goproxy, which records nothing.
func goals(z sizes) []goal {
	var all []goal
	for _, w := range workloads(z) {
		one, many := w.conns == 1, w.conns == 16
		common := w.kind == polls || w.kind == patches && w.size == 16<<10
		switch {
		case common && many && !w.fresh:
			all = append(all, goal{w.name + ": requests/s, of goproxy's", 0.9, false, func(f figures) (float64, bool) {
				return f.faster(w.name, nameOurs, nameGoproxy)
			}})
		case common && one:
			all = append(all, goal{w.name + ": p50 beyond direct, of goproxy's", 1.15, true, func(f figures) (float64, bool) {
				return f.ratio(w.name, []string{nameOurs, nameGoproxy, nameDirect}, func(m []measured) float64 {
					return (m[0].P50 - m[2].P50) / (m[1].P50 - m[2].P50)
				})
			}})
		case w.big():
			all = append(all, goal{w.name + ": MiB/s, of goproxy's", 0.6, false, func(f figures) (float64, bool) {
				return f.faster(w.name, nameOurs, nameGoproxy)
			}})
		}
	}
	const emptyPolls = "poll/http/16"
	return append(all, goal{emptyPolls + ": bytes on disk per empty poll", 400, true, func(f figures) (float64, bool) {
		r := f.find(emptyPolls, nameOurs)
		if r == nil {
			return 0, false
		}
		return r.Kept, true
	}})
}

// verdict says which goals were reached.
func verdict(f figures, z sizes) string {
	t := table{{"goal", "verdict", "bound", "measured"}}
	for _, g := range goals(z) {
		value, ok := g.figure(f)
		bound, word := "≥ ", "not reached"
		if g.atMost {
			bound = "≤ "
		}
		figure := fmt.Sprintf("%.2f", value)
		switch {
		case !ok:
			word, figure = "not measured", ""
		case g.atMost == (value <= g.bound) || value == g.bound:
			word = "reached"
		}
		t = append(t, []string{g.says, word, bound + fmt.Sprint(g.bound), figure})
	}
	return "### Goals\n\n" + t.String()
}
