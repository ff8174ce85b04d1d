package decode

import (
	"fmt"
	"strings"
	"time"
)

// jobText is a job with what it tells of itself, a line each.
func jobText(j *Job) string {
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	line("job %d %q stage %q project %q %d pipeline %d ref %q sha %q", j.ID, j.Name, j.Stage, j.Project, j.ProjectID, j.PipelineID, j.Ref, j.SHA)
	line("  runner %q version %q features %v timeout %v", j.Runner.Token, j.Runner.Version, j.Features, j.Timeout)
	line("  handed out in %d, earlier in %v", j.Payload, j.Earlier)
	line("  state %q reason %q exit %s", j.State, j.FailureReason, optional(j.ExitCode))
	if c := j.CanceledBy; c != nil {
		line("  stopped by %d: %s at %s, %d bytes held", c.Exchange, c.JobStatus, clock(c.At), c.TraceBytes)
	}
	for _, p := range j.Phases() {
		line("  phase %s %s to %s, %v, exchanges %d to %d", p.Name, clock(p.Began), clock(p.Ended), p.Duration(), p.First, p.Last)
	}
	for _, e := range j.Events {
		line("  event %d %s %s → %d %q %q", e.Exchange, clock(e.At), e.Endpoint, e.Status, e.RequestID, e.Failure)
	}
	for _, u := range j.Uploads {
		line("  upload %d %s %s → %d", u.Exchange, u.Type, u.Format, u.Status)
	}
	for _, d := range j.Downloads {
		line("  download %d from %d → %d", d.Exchange, d.ProducerJobID, d.Status)
	}
	for _, r := range j.Retries() {
		line("  retry %s %s", r.Endpoint, tries(r))
	}
	for _, t := range j.Turns() {
		line("  turn %s %s %d %q exchanges %d to %d, %d of them, %s to %s, start %s held %s",
			t.Kind, t.Endpoint, t.Status, t.JobStatus, t.First, t.Last, t.Count, clock(t.Began), clock(t.Ended), optional(t.Start), optional(t.Held))
	}
	return s.String()
}

func tries(r Retry) string {
	var s []string
	for _, t := range r.Tries {
		s = append(s, strings.TrimSpace(fmt.Sprintf("%d → %d %s", t.Exchange, t.Status, t.RequestID)))
	}
	return strings.Join(s, ", ")
}

// logText is a log that was looked at.
func logText(l *Log) string {
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	line("  log %d bytes, %d lines", l.Bytes, l.Lines)
	for _, g := range l.Gaps {
		line("  gap at %d, %d bytes", g.Offset, g.Bytes)
	}
	for _, r := range l.Repeats {
		line("  repeat in %d at %d, %d bytes, rewrite %t", r.Exchange, r.Offset, r.Bytes, r.Rewrite)
	}
	if c := l.Claim; c != nil {
		line("  claim in %d: %s, %d bytes: %s: %s", c.Exchange, c.Checksum, c.Bytesize, l.Verdict, l.Reason)
	}
	for _, c := range l.Sections {
		line("  section %s%q %q at %d, %d bytes, %s to %s, collapsed %t", strings.Repeat("> ", c.Depth), c.Name, c.Header, c.Offset, c.Bytes, clock(c.Began), clock(c.Ended), c.Collapsed)
	}
	return s.String()
}

// clock is a time after the begin of the file, or a second of the log.
func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if t.Year() != jobsBegin.Year() {
		return fmt.Sprintf("epoch %d", t.Unix())
	}
	return t.Sub(jobsBegin).String()
}

func optional(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}
