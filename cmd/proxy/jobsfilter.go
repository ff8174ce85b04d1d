package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape"
)

// jobFilter says which jobs, or runners, to list. The zero value lists all.
type jobFilter struct {
	states   []string
	projects []string // patterns
	runners  []string
	findings bool // only with a warning or a fault
}

func jobFilterOf(c *cli.Context) (jobFilter, error) {
	f := jobFilter{c.StringSlice("state"), c.StringSlice("project"), c.StringSlice("runner"), c.Bool("findings")}
	for _, s := range f.states {
		if !slices.Contains(jobStates, s) {
			return f, usagef("--state: %q is none of %s", s, strings.Join(jobStates, ", "))
		}
	}
	switch {
	case slices.Contains(f.projects, ""):
		return f, usagef("--project: the pattern is empty")
	case slices.Contains(f.runners, ""):
		return f, usagef("--runner: the name is empty")
	}
	return f, nil
}

func (f *jobFilter) has(j *jsonJob) bool {
	return (len(f.states) == 0 || slices.Contains(f.states, j.State)) &&
		(len(f.projects) == 0 || slices.ContainsFunc(f.projects, func(glob string) bool { return matches(glob, j.Project) })) &&
		f.hasRunner(j.Runner) && (!f.findings || j.Warnings+j.Faults > 0)
}

func (f *jobFilter) hasRunner(r runnertape.Runner) bool {
	return len(f.runners) == 0 || slices.ContainsFunc(f.runners, func(text string) bool { return isRunner(&r, text) })
}
