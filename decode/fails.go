package decode

import (
	"encoding/json"
	"fmt"
	"slices"
)

// This file says what makes a job fail before any of its scripts, though the runner
// understood it: then the job ends with runner_system_failure.

// option notes a key of executor_opts. What the runner does not know there fails the
// job; here case counts (gitlab-runner common/spec/spec.go executorOptions.validate).
func (n *notes) option(at *place, key string, all *fields, f int, known bool) {
	if len(n.options) >= maxWrong {
		return
	}
	name := (&place{in: at, name: clean(key, 80)}).String()
	w := wrong{text: "unsupported option " + name, since: never}
	if known {
		w.since = all.list[f].since
		if own, _ := at.versions(); own == w.since { // it came with what it is in
			return
		}
	}
	n.options = append(n.options, w)
}

// unsupported are the options that a runner of that version does not know, of those that
// are there. Before 16.6 it does not look.
func (v Version) unsupported(options []wrong) []wrong {
	var list []wrong
	for _, o := range options {
		switch reads, surely := v.reads(o.since, ""); {
		case !reads: // then the bound is that of looking at all
			list = append(list, wrong{o.text, firstOptions, ""})
		case !surely && laterVersion(o.since, firstOptions):
			list = append(list, wrong{o.text, firstOptions, before(o.since)})
		}
	}
	return list
}

// firstOptions is the first version with executor_opts.
const firstOptions = "16.6"

// before is the minor version before one of those in which an option came.
func before(since string) string {
	v := ParseVersion(since)
	return fmt.Sprintf("%d.%d", v.major, v.minor-1)
}

// runFails are what `run` cannot stand beside it (gitlab-runner common/spec/spec.go
// ValidateStepsJobRequest). Since 18.9 an array without steps counts as none.
func (p *JobPayload) runFails() []wrong {
	var inside string
	if json.Unmarshal(p.Run, &inside) != nil || inside == "" {
		return nil
	}
	until := ""
	if len(p.RunSteps) == 0 {
		until = "18.8"
	}
	var fails []wrong
	if slices.ContainsFunc(p.Steps, func(s Step) bool { return len(s.Script) > 0 }) {
		fails = append(fails, wrong{"run and a script at once", "17.1", until})
	}
	if p.Variable("STEPS") != "" {
		fails = append(fails, wrong{"run and a variable STEPS at once", "17.1", until})
	}
	return fails
}
