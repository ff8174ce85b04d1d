package main

import "slices"

// measured is one round of one subject.
type measured struct {
	Rate     float64 // requests per second
	Bytes    float64 // of bodies per second
	P50, P99 float64 // latency, in microseconds
	CPU      float64 // microseconds of the process in between, per request
	Lag      float64 // milliseconds that it went on working after the last answer
	RssAnon  int64   // its most anonymous memory, in bytes
}

// row is one subject under one workload.
type row struct {
	Workload string
	Subject  string
	Wrong    string `json:",omitempty"` // why there are no figures
	Rounds   []measured
	Median   measured // of the rounds; of RssAnon the most
	Kept     float64  `json:",omitempty"` // bytes on disk per exchange
	Held     *held    `json:",omitempty"` // of idle polls
}

// finish works out the medians.
func (r *row) finish() {
	of := func(f func(measured) float64) float64 {
		var all []float64
		for _, m := range r.Rounds {
			all = append(all, f(m))
		}
		return median(all)
	}
	r.Median = measured{
		Rate:  of(func(m measured) float64 { return m.Rate }),
		Bytes: of(func(m measured) float64 { return m.Bytes }),
		P50:   of(func(m measured) float64 { return m.P50 }),
		P99:   of(func(m measured) float64 { return m.P99 }),
		CPU:   of(func(m measured) float64 { return m.CPU }),
		Lag:   of(func(m measured) float64 { return m.Lag }),
	}
	for _, m := range r.Rounds {
		r.Median.RssAnon = max(r.Median.RssAnon, m.RssAnon)
	}
}

// median is 0 of nothing.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// figures are all rows of a run.
type figures []*row

// find returns nil if there is none that has figures.
func (f figures) find(workload, subject string) *row {
	for _, r := range f {
		if r.Workload == workload && r.Subject == subject && r.Wrong == "" && len(r.Rounds) > 0 {
			return r
		}
	}
	return nil
}

// ratio is the median over the rounds of what f makes of the measurements of some subjects
// in one workload; ok is false if one of them was not measured.
func (f figures) ratio(workload string, names []string, of func([]measured) float64) (value float64, ok bool) {
	var rows []*row
	for _, name := range names {
		r := f.find(workload, name)
		if r == nil {
			return 0, false
		}
		rows = append(rows, r)
	}
	var all []float64
	for i := range rows[0].Rounds {
		var one []measured
		for _, r := range rows {
			if i < len(r.Rounds) {
				one = append(one, r.Rounds[i])
			}
		}
		if len(one) == len(rows) {
			all = append(all, of(one))
		}
	}
	return median(all), true
}

// faster is how many times the rate of b the rate of a is.
func (f figures) faster(workload, a, b string) (float64, bool) {
	return f.ratio(workload, []string{a, b}, func(m []measured) float64 { return m[0].Rate / m[1].Rate })
}
