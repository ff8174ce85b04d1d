package main

import (
	"bufio"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/decode"
	"runnertape/drift"
)

func (p *process) diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "tell what changed in the protocol between two recordings",
		ArgsUsage: "A B",
		Description: "One line for each thing that only A says (lost, a warning), that only B says\n" +
			"(gained, an info), or that both say in other ways: another type, another status,\n" +
			"another end of a job (an error). Numbers, times, tokens, sizes and versions are\n" +
			"not compared, nor how the recorder was reached.\n\n" +
			"A line has the number of an exchange of A and of one of B in which to see it, as\n" +
			"proxy dump -v --id N shows them. The exit code is 1 if there are errors. docs/diff.md says\n" +
			"what is compared, and what weighs how much.",
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "level", Value: "info", Usage: "show what weighs `LEVEL` or more: info, warning, error", EnvVars: []string{"PROXY_DIFF_LEVEL"}},
			&cli.StringFlag{Name: "fail-on", Value: "error", Usage: "exit with 1 if anything weighs `LEVEL` or more, shown or not: info, warning, error, or none", EnvVars: []string{"PROXY_DIFF_FAIL_ON"}},
			&cli.StringSliceFlag{Name: "endpoint", Usage: "only what is about calls of that `NAME`, as request_job; repeatable"},
			&cli.StringSliceFlag{Name: "job-name", Usage: "compare only what is of jobs whose name is `GLOB`, * being anything; repeatable"},
			jsonFlag("", "one JSON object for each change"),
		}, screenFlags()),
		Action: p.diff,
	}
}

// diffSettings are the flags of diff, checked.
type diffSettings struct {
	screen    screen
	least     drift.Level
	fail      drift.Level
	never     bool     // nothing makes it fail
	endpoints []string // empty for all, and for jobs
	names     []string // patterns of jobs; empty for all, and for what is of none
	json      bool
}

func (p *process) diff(c *cli.Context) error {
	if c.NArg() != 2 || c.Args().Get(0) == "" || c.Args().Get(1) == "" {
		return usagef("proxy diff takes the two recordings to compare, as in: proxy diff before.db after.db")
	}
	set, err := p.diffSettings(c)
	if err != nil {
		return err
	}
	limitMemory()
	var schemas [2]*drift.Schema
	for i, path := range c.Args().Slice() {
		if schemas[i], err = p.schemaOf(path, set.names); err != nil {
			return err
		}
	}
	changes := slices.DeleteFunc(drift.Compare(schemas[0], schemas[1]), func(ch drift.Change) bool { return !set.about(&ch) })
	out := bufio.NewWriter(p.stdout)
	if err := errors.Join(set.print(out, changes), out.Flush()); err != nil {
		return err
	}
	var found [drift.Error + 1]int64
	failed := false
	for _, ch := range changes {
		found[ch.Level]++
		failed = failed || !set.never && ch.Level >= set.fail
	}
	for i, schema := range schemas {
		p.say("%s: %s", c.Args().Get(i), schemaWords(schema))
	}
	if len(changes) == 0 {
		p.say("nothing changed")
	} else {
		p.say("%s, %s, %s", count(found[drift.Error], "error"), count(found[drift.Warning], "warning"), count(found[drift.Info], "info"))
	}
	if failed {
		return exitCode(exitFailed)
	}
	return nil
}

func (p *process) diffSettings(c *cli.Context) (set *diffSettings, err error) {
	least, fail := cmp.Or(c.String("level"), "info"), cmp.Or(c.String("fail-on"), "error") // the variables may be empty
	set = &diffSettings{json: c.Bool("json"), endpoints: c.StringSlice("endpoint"), names: c.StringSlice("job-name"), never: fail == "none"}
	if set.screen, err = screenOf(c, p.stdout); err != nil {
		return nil, err
	}
	if set.least.UnmarshalText([]byte(least)) != nil {
		return nil, usagef("--level: %q is none of info, warning, error", least)
	}
	if !set.never && set.fail.UnmarshalText([]byte(fail)) != nil {
		return nil, usagef("--fail-on: %q is none of info, warning, error, none", fail)
	}
	if slices.Contains(set.names, "") {
		return nil, usagef("--job-name: the pattern is empty")
	}
	return set, new(filter).readEndpoints(set.endpoints)
}

// about tells whether a change is one of those that were asked for.
func (set *diffSettings) about(ch *drift.Change) bool {
	if len(set.endpoints) == 0 || slices.Contains(set.endpoints, ch.Endpoint) {
		return true
	}
	return ch.Endpoint == drift.Everywhere && slices.ContainsFunc(set.endpoints, func(name string) bool { return drift.IsAPI(decode.Endpoint(name)) })
}

func (set *diffSettings) print(w *bufio.Writer, changes []drift.Change) error {
	shown := slices.DeleteFunc(slices.Clone(changes), func(ch drift.Change) bool { return ch.Level < set.least })
	if !set.json {
		writeTable(w, set.screen, diffTable(shown))
		return nil
	}
	lines := newJSONLines()
	for i := range shown {
		if err := lines.write(w, &shown[i]); err != nil {
			return err
		}
	}
	return nil
}

// schemaWords is what was compared of a recording, for a person.
func schemaWords(s *drift.Schema) string {
	words := count(int64(s.Exchanges()), "exchange") + ", " + count(int64(s.Jobs()), "job")
	if versions := s.Runners(); len(versions) > 0 {
		words += ", runner " + strings.Join(versions, " and ")
	}
	if over := s.LeftOut(); len(over) > 0 {
		words += "; " + strings.Join(over, "; ")
	}
	return words
}
