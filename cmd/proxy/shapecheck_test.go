package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
)

// rebuilt is what a recording of the catalogue comes to when it is read.
type rebuilt struct {
	jobs      []*decode.Job
	ends      []string // "build: success"
	exchanges []*runnertape.Exchange
	logs      map[int64][]byte
	findings  []findings.Finding
	runners   []findings.Runner
}

// rebuild reads all of src.
func rebuild(t testing.TB, src recording) *rebuilt {
	t.Helper()
	r := newJobReader(src)
	all := &rebuilt{logs: map[int64][]byte{}}
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		r.add(x, true)
		all.exchanges = append(all.exchanges, x)
	}
	all.jobs = r.builder.Jobs()
	for _, j := range all.jobs {
		end := j.Name + ": " + stateOf(j, false, r.until)
		if j.CanceledBy == nil && j.FailureReason != "" {
			end += " " + j.FailureReason
		}
		if j.CanceledBy == nil && j.ExitCode != nil {
			end += fmt.Sprint(" exit ", *j.ExitCode)
		}
		all.ends = append(all.ends, end)
		all.findings = append(all.findings, r.finder.Findings(j, readLog(t, src, j))...)
		all.logs[j.ID] = traceOf(t, src, j)
	}
	for _, runner := range r.finder.Runners() {
		all.findings = append(all.findings, runner.Findings...)
		all.runners = append(all.runners, runner)
	}
	all.findings = append(all.findings, r.finder.Others()...)
	return all
}

// traceOf is a job's log as the upstream had it.
func traceOf(t testing.TB, src recording, j *decode.Job) []byte {
	t.Helper()
	var log bytes.Buffer
	w := bufio.NewWriter(&log)
	p, stop, _ := testProcess(t)
	defer stop()
	f := &filter{}
	mustDo(t, f.readJobs([]string{strconv.FormatInt(j.ID, 10)}))
	mustDo(t, showTrace(&dumper{process: p, src: src}, w, f.selected(src, src.Exchanges())))
	mustDo(t, w.Flush())
	return log.Bytes()
}

// check wants of a recording what the shape says of it.
func (s *shape) check(t testing.TB, src recording, all *rebuilt) {
	t.Helper()
	if !slices.Equal(all.ends, s.ends) {
		t.Errorf("jobs ended\n%s\nwant\n%s", strings.Join(all.ends, "\n"), strings.Join(s.ends, "\n"))
		for _, j := range all.jobs {
			t.Logf("%s:\n%s", j.Name, all.logs[j.ID])
		}
	}
	lines := exchangeLines(all)
	for _, want := range s.seen {
		if !s.sees(t, src, all, lines, want) {
			t.Errorf("nowhere is %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
	found := map[string]bool{}
	for _, f := range all.findings {
		found[f.Kind] = true
		if f.Weight != findings.Note && !slices.Contains(s.findings, f.Kind) {
			t.Errorf("%s: %s %v: %s", f.Weight, f.Kind, f.Exchanges, f.Text)
		}
	}
	for _, kind := range s.findings {
		if !found[kind] {
			t.Errorf("%s was not found: %v", kind, found)
		}
	}
}

// exchangeLines are all exchanges as "JOB ENDPOINT STATUS", with "-" for no job, and the state that the answer told.
func exchangeLines(all *rebuilt) []string {
	names := map[int64]string{}
	for _, j := range all.jobs {
		names[j.ID] = j.Name
	}
	var lines []string
	for _, x := range all.exchanges {
		name := names[x.Decoded.JobID]
		if name == "" {
			name = "-"
		}
		status := 0
		if x.Response != nil {
			status = x.Response.Status
		}
		line := fmt.Sprintf("%s %s %d", name, x.Decoded.Endpoint, status)
		if x.Response != nil {
			for _, f := range x.Response.Header {
				if strings.EqualFold(f.Name, "Job-Status") {
					line += " Job-Status: " + f.Value
				}
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// sees tells whether a line of the shape's is true: "JOB log TEXT" of a job's log, "JOB payload TEXT" of what it was handed out
// with, others of exchanges, of which they are the beginning; at their end "× N" says that there are N at least.
func (s *shape) sees(t testing.TB, src recording, all *rebuilt, lines []string, want string) bool {
	t.Helper()
	name, rest, _ := strings.Cut(want, " ")
	kind, text, _ := strings.Cut(rest, " ")
	switch kind {
	case "log", "payload":
		return slices.ContainsFunc(all.jobs, func(j *decode.Job) bool {
			in := all.logs[j.ID]
			if kind == "payload" {
				body, err := src.Body(j.Payload, runnertape.ResponseSide)
				mustDo(t, err)
				defer body.Close()
				in, err = io.ReadAll(body)
				mustDo(t, err)
			}
			return j.Name == name && bytes.Contains(in, []byte(text))
		})
	}
	begin, times, counted := strings.Cut(want, " × ")
	least := 1
	if counted {
		var err error
		least, err = strconv.Atoi(times)
		mustDo(t, err)
	}
	for _, line := range lines {
		if line == begin || strings.HasPrefix(line, begin+" ") {
			least--
		}
	}
	return least <= 0
}
