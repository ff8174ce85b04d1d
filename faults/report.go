package faults

import (
	"maps"
	"slices"
	"time"
)

// Report is what has become of a set.
type Report struct {
	Seed  uint64       `json:"seed"`  // of the choices
	Rules []RuleReport `json:"rules"` // in order, also of rules whose fault never happened
}

// RuleReport is what has become of a rule.
type RuleReport struct {
	Rule      string      `json:"rule"`           // FILE:LINE: as it stands there
	Delivered int         `json:"delivered"`      // how often its fault happened
	Jobs      []JobReport `json:"jobs,omitempty"` // to which jobs, by id
}

// JobReport is how often a rule's fault happened to one job.
type JobReport struct {
	JobID     int64       `json:"job_id,omitempty"` // 0 for requests that are of no job
	Delivered int         `json:"delivered"`        // how often
	At        []time.Time `json:"at"`               // when, UTC: the first 20
}

// Report is how things stand; nil if there are no rules.
func (s *Set) Report() *Report {
	if s == nil || len(s.rules) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	report := &Report{Seed: s.seed}
	for i, r := range s.rules {
		one := RuleReport{Rule: r.String()}
		jobs := s.tallies[i].jobs
		for _, job := range slices.Sorted(maps.Keys(jobs)) {
			t := jobs[job]
			if t.delivered == 0 {
				continue
			}
			one.Delivered += t.delivered
			times := make([]time.Time, 0, len(t.at))
			for _, at := range t.at {
				times = append(times, at.UTC())
			}
			one.Jobs = append(one.Jobs, JobReport{job, t.delivered, times})
		}
		report.Rules = append(report.Rules, one)
	}
	return report
}
