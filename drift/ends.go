package drift

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"runnertape/decode"
)

// jobs compares how jobs of one name ended.
func (c *comparer) jobs() {
	for _, name := range union(c.a.jobs, c.b.jobs) {
		a, b := c.a.jobs[name], c.b.jobs[name]
		ch := Change{Job: name, Part: PartJob}
		switch {
		case a == nil:
			c.only(ch, Warning, seen{}, b.seen, seen{}, b.seen)
		case b == nil:
			c.only(ch, Warning, a.seen, seen{}, a.seen, seen{})
		default:
			ch.Part = PartEnd
			if apart(a.ends, b.ends) {
				c.changed(otherEnd(a.ends, b.ends), ch, a.ends, b.ends)
				continue
			}
			c.outcomes(ch, a.ends, b.ends, nil, func(value string, with tally) bool { return with[value].n > 0 })
		}
	}
}

// otherEnd is what it weighs that jobs ended in ways that have nothing in common. Where one of both says less, as a
// recorder that was stopped, or runners before 13.7 of exit codes, it is no other end; nor is what a runner says of a
// job that it was told to stop, of which GitLab knows the end (docs/protocol.md §0.3).
func otherEnd(a, b tally) Level {
	switch {
	case a[noEnd].n == a.all().n:
		return Info
	case apart(known(a), known(b)) || tellsCodes(a) && tellsCodes(b):
		return Error
	case tellsCodes(a):
		return Warning
	}
	return Info
}

// code is an exit code in an end.
var code = regexp.MustCompile(` \(exit code -?\d+\)|, exit code -?\d+|exit code -?\d+, `)

var told = regexp.MustCompile(`told \w+`)

// known are ends as far as all runners tell them.
func known(ends tally) tally {
	bare := tally{}
	for end, s := range ends {
		bare[cmp.Or(told.FindString(end), code.ReplaceAllString(end, ""))] = s
	}
	return bare
}

func tellsCodes(ends tally) bool {
	return slices.ContainsFunc(ends.values(), code.MatchString)
}

const noEnd = "no end" // of a job that told none

// endOf is how a job ended, in the protocol's words.
func endOf(job *decode.Job) string {
	end := cmp.Or(short(job.State), noEnd)
	var why []string
	if job.FailureReason != "" {
		why = append(why, short(job.FailureReason))
	}
	if job.ExitCode != nil {
		why = append(why, "exit code "+strconv.FormatInt(*job.ExitCode, 10))
	}
	if c := job.CanceledBy; c != nil {
		why = append(why, "told "+short(c.JobStatus))
	}
	if len(why) > 0 {
		end += " (" + strings.Join(why, ", ") + ")"
	}
	return end
}
