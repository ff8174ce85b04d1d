package main

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// jobsTable is the list of jobs. For a program its fields are: number, name, project, runner, state, exit code, seconds in the
// queue and of the run, bytes of the log, number and bytes of artifacts, faults, warnings, notes, worst finding.
func jobsTable(jobs []*jsonJob) *table {
	t := &table{columns: []column{
		{title: "JOB", right: true},
		{title: "NAME", easy: 24, least: 4},
		{title: "PROJECT", easy: 24, least: 6, end: true, drop: 2},
		{title: "RUNNER", least: 4, drop: 3},
		{title: "STATE"},
		{title: "QUEUED", short: "QUEUE", right: true, drop: 4},
		{title: "RUN", right: true},
		{title: "LOG", right: true, drop: 5},
		{title: "ARTIFACTS", short: "ART", right: true, drop: 6},
		{title: "FINDINGS", short: "FOUND", easy: 30, least: 20},
	}}
	for _, j := range jobs {
		t.rows = append(t.rows, []cell{
			{full: strconv.FormatInt(j.ID, 10)},
			named(j.Name), named(j.Project), named(j.Runner.Token),
			stateCell(j), spanCell(j.QueuedMS, j.QueuedMS > 0), spanCell(j.RunMS, j.RunMS > 0),
			bytesCell(j.LogBytes), artifactsCell(j), j.cell(),
		})
	}
	return t
}

// named is a name, or that it is not known.
func named(s string) cell { return cell{full: cmp.Or(printable(s), "-")} }

func bytesCell(n int64) cell { return cell{full: byteSize(n), plain: strconv.FormatInt(n, 10)} }

// spanCell is a time, or that it is not known.
func spanCell(ms float64, known bool) cell {
	if !known {
		return cell{full: "-"}
	}
	return cell{full: span(time.Duration(ms * float64(time.Millisecond))), plain: strconv.FormatFloat(ms/1000, 'f', 3, 64)}
}

func stateCell(j *jsonJob) cell {
	full, short := stateWords(j)
	exit := "-"
	if j.ExitCode != nil {
		exit = strconv.FormatInt(*j.ExitCode, 10)
	}
	return cell{full, short, j.State + "\t" + exit, stateColour(j.State)}
}

func artifactsCell(j *jsonJob) cell {
	c := cell{full: "-", plain: fmt.Sprintf("%d\t%d", j.ArtifactCount, j.ArtifactBytes)}
	if j.ArtifactCount > 0 {
		c.full, c.short = fmt.Sprintf("%d (%s)", j.ArtifactCount, byteSize(j.ArtifactBytes)), strconv.Itoa(j.ArtifactCount)
	}
	return c
}
