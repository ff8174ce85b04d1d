package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/decode"
)

// filter says which exchanges are wanted: those for which every test holds.
type filter struct {
	jobs   []int64 // --job, in order
	seen   []int64 // of them, those that were met
	ids    []numbers
	since  moment
	until  moment
	tests  []test
	grep   *search // nil for none
	limit  int     // 0 for none
	passed int     // how many were wanted so far
}

// test tells whether an exchange is wanted.
type test func(x *runnertape.Exchange) bool

// newFilter reads the flags. What it cannot know before the recording is open, settle finds out.
func newFilter(c *cli.Context) (*filter, error) {
	f := &filter{limit: c.Int("limit")}
	err := errors.Join(
		f.readIDs(c.StringSlice("id")), f.readJobs(c.StringSlice("job")), f.readRunners(c.StringSlice("runner")),
		f.readEndpoints(c.StringSlice("endpoint")), f.readMethods(c.StringSlice("method")), f.readStatuses(c.StringSlice("status")),
		f.readPaths(c.StringSlice("path")), f.since.read("--since", c.String("since")), f.until.read("--until", c.String("until")),
	)
	if wrong, ok := errors.AsType[usageError](err); ok {
		return nil, wrong // the first of them
	}
	switch {
	case c.IsSet("limit") && f.limit < 1:
		return nil, usagef("--limit: %d is not a number of exchanges; 1 is the least", f.limit)
	case c.IsSet("grep") && c.String("grep") == "":
		return nil, usagef("--grep: the text to look for is empty")
	case c.IsSet("since") && f.since.none(), c.IsSet("until") && f.until.none():
		return nil, usagef("--since and --until: the time is empty")
	}
	if c.IsSet("grep") {
		f.grep = newSearch(c.String("grep"))
	}
	if c.Bool("errors") {
		f.tests = append(f.tests, failed)
	}
	return f, nil
}

func (f *filter) readIDs(texts []string) error {
	for _, text := range texts {
		n, err := parseNumbers(text)
		if err != nil {
			return usagef("--id: %q is not the number of an exchange, nor two as in 3-7", text)
		}
		f.ids = append(f.ids, n)
	}
	if len(f.ids) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			return slices.ContainsFunc(f.ids, func(n numbers) bool { return n.has(x.ID) })
		})
	}
	return nil
}

func (f *filter) readJobs(texts []string) error {
	for _, text := range texts {
		id, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil:
			return usagef("--job: %q is not the number of a job; see proxy dump --help", text)
		case id <= 0:
			return usagef("--job: %d is not the number of a job", id)
		case !slices.Contains(f.jobs, id):
			f.jobs = append(f.jobs, id)
		}
	}
	if len(f.jobs) > 0 {
		f.tests = append(f.tests, f.ofJob)
	}
	return nil
}

func (f *filter) ofJob(x *runnertape.Exchange) bool {
	return x.Decoded != nil && f.hasJob(x.Decoded.JobID)
}

func (f *filter) hasJob(id int64) bool {
	if !slices.Contains(f.jobs, id) {
		return false
	}
	if !slices.Contains(f.seen, id) {
		f.seen = append(f.seen, id)
	}
	return true
}

func (f *filter) readEndpoints(names []string) error {
	var known []string
	for _, e := range decode.Endpoints() {
		known = append(known, string(e))
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return usagef("--endpoint: there is no %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	if len(names) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			return x.Decoded != nil && slices.Contains(names, x.Decoded.Endpoint)
		})
	}
	return nil
}

func (f *filter) readMethods(names []string) error {
	if slices.Contains(names, "") {
		return usagef("--method: the name is empty")
	}
	if len(names) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, x.Request.Method) })
		})
	}
	return nil
}

// readRunners: a short token, system id or version may be given by its beginning, of a version whole
// numbers; an executor by its name. A whole token is made short first.
func (f *filter) readRunners(texts []string) error {
	if slices.Contains(texts, "") {
		return usagef("--runner: the name is empty")
	}
	if len(texts) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			return x.Decoded != nil && slices.ContainsFunc(texts, func(text string) bool { return isRunner(&x.Decoded.Runner, text) })
		})
	}
	return nil
}

func isRunner(r *runnertape.Runner, text string) bool {
	rest, ok := strings.CutPrefix(r.Version, text)
	return ok && (rest == "" || strings.HasPrefix(rest, ".") || strings.HasSuffix(text, ".")) ||
		strings.HasPrefix(r.Token, text) || strings.HasPrefix(r.SystemID, text) || strings.EqualFold(r.Executor, text) ||
		len(text) > 17 && r.Token != "" && r.Token == decode.ShortToken(text) // 17 is the longest short one
}
