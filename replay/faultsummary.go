package replay

import (
	"fmt"
	"strings"

	"runnertape/faults"
)

// writeFaults says of each rule of the fault files how often its fault happened. One that never
// did is worth a line too: what was to be tried was not.
func writeFaults(b *strings.Builder, report *faults.Report) {
	if report == nil {
		return
	}
	for i, rule := range report.Rules {
		if i >= maxLines {
			fmt.Fprintf(b, "… and %s more\n", count(len(report.Rules)-i, "fault"))
			return
		}
		fmt.Fprintf(b, "fault %s: %s\n", rule.Rule, delivered(rule))
	}
}

// delivered is how often a fault happened to whom.
func delivered(rule faults.RuleReport) string {
	if rule.Delivered == 0 {
		return "never happened"
	}
	var to []string
	for i, job := range rule.Jobs {
		if i >= maxLines {
			to = append(to, "…")
			break
		}
		if job.JobID != 0 {
			to = append(to, fmt.Sprintf("job %d (%d)", job.JobID, job.Delivered))
		}
	}
	s := "happened " + count(rule.Delivered, "time")
	if len(to) > 0 {
		s += ": " + strings.Join(to, ", ")
	}
	return s
}
