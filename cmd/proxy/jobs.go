package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"
)

func (p *process) jobsCommand() *cli.Command {
	return &cli.Command{
		Name:      "jobs",
		Usage:     "list the jobs of a recording, or tell the story of one",
		ArgsUsage: "[ID] [RECORDING]  (default " + defaultRecording + ")",
		Description: "Without ID one line a job: number, name, project, runner, how it ended, time\n" +
			"in the queue and of the run, size of the log, artifacts, findings. On a\n" +
			"terminal, or with --width, that is a table; else tabs are between the fields,\n" +
			"nothing is cut, times are in seconds and sizes in bytes.\n\n" +
			"With ID, a job's number, its whole story: who ran it, how long each phase\n" +
			"took, what was said when, the log, the artifacts, and what is odd. A lone\n" +
			"number that is the name of a file is a recording.\n\n" +
			"docs/jobs.md says what is shown, docs/json.md describes --json.",
		Flags: slices.Concat(inCategory(whichJobs, []cli.Flag{
			&cli.StringSliceFlag{Name: "state", Usage: "in `STATE`: success, failed, canceled, running, lost, never_ended; repeatable"},
			&cli.StringSliceFlag{Name: "project", Usage: "of projects whose path is `GLOB`, * being anything; repeatable"},
			runnerFlag(),
			&cli.BoolFlag{Name: "findings", Usage: "with findings that weigh more than a note"},
		}), inCategory(otherForm, []cli.Flag{
			jsonFlag(otherForm, "one JSON object a job and line; with ID the story, with --runners one a runner"),
			&cli.BoolFlag{Name: "runners", Usage: "list the runners: polls and how they were answered, jobs, when last seen, findings"},
		}), inCategory(otherForm, screenFlags())),
		Action: p.jobs,
	}
}

// The categories of flags in --help.
const (
	whichJobs = "Which jobs"
	otherForm = "In which form"
)

func (p *process) jobs(c *cli.Context) error {
	id, path, err := jobsArgs(c)
	if err != nil {
		return err
	}
	only, err := jobFilterOf(c)
	if err != nil {
		return err
	}
	asList := c.IsSet("state") || c.IsSet("project") || c.IsSet("runner") || c.IsSet("findings")
	switch {
	case id != 0 && (asList || c.Bool("runners")):
		return usagef("proxy jobs ID tells the story of one job, which --state, --project, --runner, --findings and --runners do not change; leave them out")
	case c.Bool("runners") && (c.IsSet("state") || c.IsSet("project")):
		return usagef("--runners lists runners, which have no state and no project; leave out --state and --project")
	}
	s, err := screenOf(c, p.stdout)
	if err != nil {
		return err
	}
	src, err := openRecording(path)
	if err != nil {
		return err
	}
	defer src.Close()
	out := bufio.NewWriter(p.stdout)
	all := interruptible(p.done, src.Exchanges())
	shown := 1
	switch {
	case id != 0:
		err = tellStory(out, s, src, all, path, id, c.Bool("json"))
	case c.Bool("runners"):
		shown, err = p.listRunners(out, s, newFinder(src), all, only, c.Bool("json"))
	default:
		shown, err = listJobs(out, s, src, all, only, c.Bool("json"))
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err == nil && shown == 0 {
		p.say("%s", nothingListed(c, path))
	}
	return err
}

// nothingListed says why a list is empty.
func nothingListed(c *cli.Context, path string) string {
	thing := "job"
	if c.Bool("runners") {
		thing = "runner"
	}
	if c.IsSet("state") || c.IsSet("project") || c.IsSet("runner") || c.Bool("findings") {
		return fmt.Sprintf("no %s of %s is like that", thing, path)
	}
	return fmt.Sprintf("there is no %s in %s", thing, path)
}

// jobsArgs are the two arguments, each of which may be missing. A number is a job's unless it is
// the only argument and the name of a file.
func jobsArgs(c *cli.Context) (id int64, path string, err error) {
	args := c.Args().Slice()
	if len(args) > 2 {
		return 0, "", usagef("proxy jobs takes a job's number and a recording, not %d arguments", len(args))
	}
	path = defaultRecording
	if len(args) == 2 {
		path = args[1]
		if !isNumber(args[0]) {
			return 0, "", usagef("proxy jobs: %q is not the number of a job, which comes before the recording", args[0])
		}
	}
	switch {
	case path == "" || len(args) == 1 && args[0] == "":
		return 0, "", usagef("proxy jobs: the recording's name is empty")
	case len(args) == 0:
		return 0, path, nil
	case len(args) == 1 && (!isNumber(args[0]) || isFile(args[0])):
		return 0, args[0], nil
	}
	id, err = strconv.ParseInt(args[0], 10, 64)
	if err != nil || id == 0 {
		return 0, "", usagef("proxy jobs: %s is not the number of a job", args[0])
	}
	return id, path, nil
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func isFile(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func listJobs(w *bufio.Writer, s screen, src recording, all exchanges, only jobFilter, asJSON bool) (shown int, err error) {
	jobs, err := readJobs(src, all)
	if err != nil {
		return 0, err
	}
	var rows []*jsonJob
	lines := newJSONLines()
	for _, j := range jobs {
		if !only.has(j) {
			continue
		}
		shown++
		if asJSON {
			if err := lines.write(w, j); err != nil {
				return shown, err
			}
			continue
		}
		rows = append(rows, j)
	}
	if !asJSON {
		writeTable(w, s, jobsTable(rows))
	}
	return shown, nil
}

// writeTable prints t as a table where a person sees it, else for a program.
func writeTable(w *bufio.Writer, s screen, t *table) {
	switch {
	case !s.terminal && s.width == 0:
		t.writeTabs(w)
	case len(t.rows) > 0:
		t.write(w, s)
	}
}
