package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"runnertape"
	"runnertape/findings"
)

// jsonRunner is an object of `proxy jobs --runners --json`, and a line without --json: a contract,
// described field by field in docs/json.md.
type jsonRunner struct {
	Token            string                 `json:"token"`
	Earlier          []string               `json:"earlier,omitempty"`
	SystemID         string                 `json:"system_id,omitempty"`
	Versions         []string               `json:"versions"`
	Executor         string                 `json:"executor,omitempty"`
	Polls            int                    `json:"polls"`
	Jobs             int                    `json:"jobs"`
	Statuses         []findings.StatusCount `json:"statuses"`
	LongestHoldMS    float64                `json:"longest_hold_ms"`
	LongestSilenceMS float64                `json:"longest_silence_ms"`
	FirstSeenAt      time.Time              `json:"first_seen_at"`
	LastSeenAt       time.Time              `json:"last_seen_at"`
	Findings         []findings.Finding     `json:"findings"`
}

func toJSONRunner(r *findings.Runner) *jsonRunner {
	return &jsonRunner{
		Token: r.Token, Earlier: r.Earlier, SystemID: r.SystemID, Versions: list(r.Versions), Executor: r.Executor,
		Polls: r.Polls, Jobs: r.Jobs, Statuses: list(r.Statuses), LongestHoldMS: milliseconds(r.LongestHold), LongestSilenceMS: milliseconds(r.LongestSilence),
		FirstSeenAt: r.FirstSeen.UTC(), LastSeenAt: r.LastSeen.UTC(), Findings: list(r.Findings),
	}
}

// listRunners also says on stderr what is odd about exchanges of no job and no runner.
func (p *process) listRunners(w *bufio.Writer, s screen, finder *findings.Finder, all exchanges, only jobFilter, asJSON bool) (shown int, err error) {
	for x, err := range all {
		if err != nil {
			return 0, err
		}
		finder.Add(x, nil)
	}
	var rows []findings.Runner
	lines := newJSONLines()
	for _, r := range finder.Runners() {
		if !only.hasTracked(&r) {
			continue
		}
		shown++
		if asJSON {
			if err := lines.write(w, toJSONRunner(&r)); err != nil {
				return shown, err
			}
			continue
		}
		rows = append(rows, r)
	}
	if !asJSON {
		writeTable(w, s, runnersTable(rows))
	}
	if err := w.Flush(); err != nil {
		return shown, err
	}
	if len(only.runners) > 0 {
		return shown, nil
	}
	for _, f := range finder.Others() {
		if only.findings && f.Weight == findings.Note {
			continue
		}
		p.say("%s, of no job and no runner: %s %s", f.Weight, f.Text, restsOn(f))
	}
	return shown, nil
}

func (f *jobFilter) hasTracked(r *findings.Runner) bool {
	if f.findings && !slices.ContainsFunc(r.Findings, func(f findings.Finding) bool { return f.Weight != findings.Note }) {
		return false
	}
	for _, version := range append(r.Versions, "") {
		if f.hasRunner(runnertape.Runner{Token: r.Token, SystemID: r.SystemID, Version: version, Executor: r.Executor}) {
			return true
		}
	}
	return false
}

// runnersTable is the list of runners. For a program its fields are: token, system id, versions, executor, polls, their answers as
// STATUS×COUNT, jobs, when last seen, faults, warnings, notes, worst finding.
func runnersTable(runners []findings.Runner) *table {
	t := &table{columns: []column{
		{title: "RUNNER"},
		{title: "SYSTEM", least: 6, drop: 5},
		{title: "VERSION", easy: 12, least: 6, drop: 3},
		{title: "EXECUTOR", least: 5, drop: 4},
		{title: "POLLS", right: true},
		{title: "ANSWERS", easy: 16, least: 8},
		{title: "JOBS", right: true},
		{title: "LAST SEEN (UTC)", short: "SEEN", drop: 2},
		{title: "FINDINGS", short: "FOUND", easy: 30, least: 20},
	}}
	for _, r := range runners {
		var w weights
		w.add(r.Findings)
		seen := r.LastSeen.UTC()
		t.rows = append(t.rows, []cell{
			named(r.Token), named(r.SystemID), named(strings.Join(r.Versions, " ")), named(r.Executor),
			{full: strconv.Itoa(r.Polls)},
			{full: answers(r.Statuses)},
			{full: strconv.Itoa(r.Jobs)},
			{full: seen.Format("2006-01-02 15:04:05"), short: seen.Format("15:04:05"), plain: seen.Format(time.RFC3339Nano)},
			w.cell(),
		})
	}
	return t
}

// answers are like "204×120 201×3 ---×1".
func answers(statuses []findings.StatusCount) string {
	var parts []string
	for _, c := range slices.SortedStableFunc(slices.Values(statuses), func(a, b findings.StatusCount) int { return b.Count - a.Count }) {
		code := "---"
		if c.Status != 0 {
			code = strconv.Itoa(c.Status)
		}
		parts = append(parts, fmt.Sprintf("%s×%d", code, c.Count))
	}
	return cmp.Or(strings.Join(parts, " "), "-")
}
