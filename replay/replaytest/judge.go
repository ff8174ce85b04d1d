package replaytest

import (
	"fmt"
	"strings"

	"runnertape/replay"
)

// judge fails the test if what happened is not what was recorded.
func (s *Server) judge() {
	s.t.Helper()
	receipt := s.Receipt()
	s.t.Logf("replay of %s: %s", s.path, receipt.Summary())
	if wrong := s.options.wrong(receipt, s.t.Failed()); len(wrong) > 0 {
		s.t.Errorf("replay of %s is not as recorded (replaytest.Options allow what is meant to be):\n  %s", s.path, strings.Join(wrong, "\n  "))
	}
}

// wrong is what fails a test, a line each. Of one that has failed before it is not said what it did not come to: that would
// hide the cause.
func (o Options) wrong(c replay.Receipt, failed bool) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if !o.AllowMisses {
		for _, m := range c.Misses {
			add("missed %s %s: %s", m.Method, m.Path, m.Reason)
		}
		if more := c.Missed - int64(len(c.Misses)); more > 0 {
			add("… and %d more misses", more)
		}
	}
	if !o.AllowWrongTokens {
		for _, m := range c.WrongTokens {
			add("refused %s %s: %s", m.Method, m.Path, m.Reason)
		}
	}
	if !o.AllowUnused && !failed && c.All() == 0 {
		add("nobody asked the server for anything: this shows nothing")
	}
	for _, j := range c.Jobs {
		cutOff := !j.Ended && (failed || o.Replay.Loop) // a loop is always within a job
		switch {
		case !j.HandedOut && !o.AllowUnused && !failed:
			add("job %d %q: nobody asked for it", j.ID, j.Name)
		case j.HandedOut && !cutOff:
			for _, d := range j.Differences {
				if o.AllowDifferences == nil || !o.AllowDifferences(d) {
					add("job %d %q: %s", j.ID, j.Name, d)
				}
			}
		}
	}
	return lines
}
