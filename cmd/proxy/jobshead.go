package main

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (st *story) writeHead(w *bufio.Writer, s screen) {
	j := st.summary
	state, _ := stateWords(j)
	line := fmt.Sprintf("job %d", j.ID)
	if j.Name != "" {
		line += fmt.Sprintf(" %q", j.Name)
	}
	line = printable(line)
	reason := ""
	if j.FailureReason != "" {
		reason = ", " + printable(j.FailureReason)
	}
	if s.width > 0 { // of a long name the end gives way
		line = fit(line, max(12, s.width-textWidth(": "+state+reason)))
	}
	fmt.Fprintf(w, "%s: %s%s\n\n", s.paint(bold, line), s.paint(stateColour(j.State), state), reason)
	fact := func(name string, parts ...string) {
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		if len(parts) > 0 {
			writeWrapped(w, s, padded(name, 9, false), printable(strings.Join(parts, ", ")))
		}
	}
	fact("project", j.Project, prefixed("number ", strconv.FormatInt(j.ProjectID, 10)), prefixed("stage ", j.Stage), prefixed("pipeline ", strconv.FormatInt(j.PipelineID, 10)))
	fact("commit", strings.TrimSpace(j.Ref+" "+j.SHA[:min(len(j.SHA), 12)]))
	fact("runner", j.Runner.Token, prefixed("gitlab-runner ", j.Runner.Version), j.Runner.Executor, j.Runner.SystemID)
	fact("features", notableOf(st.Features)...)
	if st.Timeout > 0 {
		fact("timeout", span(st.Timeout))
	}
	switch {
	case st.Payload == 0:
		fact("picked up", "before this recording began")
	default:
		fact("picked up", st.PickedUp.UTC().Format("2006-01-02 15:04:05.000")+" UTC", fmt.Sprintf("exchange %d", st.Payload))
	}
	if len(st.Earlier) > 0 {
		fact("earlier", "the same number was handed out before: "+exchangeList(st.Earlier))
	}
	if c := st.CanceledBy; c != nil {
		fact("stopped", fmt.Sprintf("GitLab said %s at %s, exchange %d, with %s of log", c.JobStatus, since(c.At.Sub(seenFrom(st.Job))), c.Exchange, byteSize(c.TraceBytes)))
	}
}

// notable are the features that change what a runner says to GitLab.
var notable = []string{
	"cancel_gracefully", "job_inputs", "native_steps_integration", "trace_checksum", "trace_reset", "trace_size", "two_phase_job_commit",
}

func notableOf(features []string) []string {
	var found []string
	for _, f := range notable {
		if slices.Contains(features, f) {
			found = append(found, f)
		}
	}
	return found
}

// prefixed is what is known with a word before it.
func prefixed(prefix, s string) string {
	if s == "" || s == "0" {
		return ""
	}
	return prefix + s
}
