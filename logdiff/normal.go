package logdiff

import (
	"regexp"
	"strings"

	"runnertape/decode"
)

// varies is what differs on every run in lines that the runner or its helper write, and what it becomes.
//
// gitlab-runner common/build.go, commands/helpers/artifacts_uploader.go, shells/abstract.go
var varies = []struct {
	text *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`^Running with gitlab-runner .*`), "Running with gitlab-runner"},
	{regexp.MustCompile(`^ +on .* system ID: .*`), "  on"},
	{regexp.MustCompile(`^ +on \S* \S*$`), "  on"},
	{regexp.MustCompile(`^Running on .*\.\.\.$`), "Running on …"},
	{regexp.MustCompile(`^(Runtime platform) .*`), "$1"},
	{regexp.MustCompile(`^(Initialized empty|Reinitialized existing) Git repository in .*`), "Git repository"},
	{regexp.MustCompile(`\b(correlation_id|host|id|pid|revision|token|version|duration|duration_s)=\S+`), "$1=…"},
	{regexp.MustCompile(` {2,}`), " "},
}

// runnersOnly are lines that say only how this run went.
var runnersOnly = regexp.MustCompile(`^(remote: |Receiving objects|Resolving deltas|Unpacking objects|From https?://| \* \[new |Created fresh repository|Git repository|\s*feature flags: |\s*UUID: )`)

// own is a line of the runner without what differs on every run; false if nothing is left to compare.
func own(text string) (string, bool) {
	text = strings.TrimRight(text, " ")
	for _, v := range varies {
		text = v.text.ReplaceAllString(text, v.with)
	}
	return text, text != "" && !runnersOnly.MatchString(text)
}

// builds finds the folder that the job ran in: it has another name for every runner, and scripts print it.
var builds = regexp.MustCompile(`(?m)Git repository in (/[^\n]*?)/\.git/?\s*$`)

// preamble are the runner's first words.
var preamble = regexp.MustCompile(`^(Running with gitlab-runner | +on \S)`)

// renamed is what the custom executor writes before each step, from 15.11 on at least (gitlab-runner executors/custom/custom.go Run).
const renamed = "WARNING: Starting with version 17.0 the 'build_script' stage will be replaced "

// scripted tells whether a line was written by the job's scripts; of a log without sections, as small runners write
// them, that is all but the runner's first words.
func scripted(line decode.LogLine, sections bool) bool {
	if strings.HasPrefix(line.Text, renamed) {
		return false
	}
	if !sections {
		return !preamble.MatchString(line.Text)
	}
	return strings.HasPrefix(line.Section, "step_") || line.Section == "after_script" || line.Section == "build_script"
}
