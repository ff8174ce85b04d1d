package main

import (
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"runnertape/trim"
)

func (p *process) trimCommand() *cli.Command {
	return &cli.Command{
		Name:      "trim",
		Usage:     "make a smaller recording, of some jobs of another, that still replays",
		ArgsUsage: "RECORDING -o OUT",
		Description: "Every job of which the filters select something is kept whole, with what its replay needs: downloads,\n" +
			"git, what its runner said of itself; and of the polls that brought nothing the last before each job.\n" +
			"Without filters all is kept but polls. What is kept is as it was, with its numbers.\n" +
			outputHelp("OUT") + " RECORDING stays as it is, and may be being made. docs/trim.md says more.",
		Flags: slices.Concat(filterFlags(), []cli.Flag{
			&cli.StringFlag{Name: "polls", Usage: "of polls that brought nothing in a row, keep the last `N`, all or none", DefaultText: "1; all with --exact", EnvVars: []string{"PROXY_POLLS"}},
			&cli.BoolFlag{Name: "exact", Usage: "keep what the filters select and nothing else, also if that does not replay"},
			outputFlag(""), madeFlag(""),
		}),
		Action: p.trim,
	}
}

// trimSettings are the flags of trim, checked.
type trimSettings struct {
	from, to string
	filter   *filter
	rules    trim.Rules
	json     bool // print what was made
}

func (p *process) trim(c *cli.Context) error {
	s := &trimSettings{from: c.Args().First(), to: c.String("output"), rules: trim.Rules{Exact: c.Bool("exact")}}
	if c.NArg() != 1 || s.from == "" || s.to == "" {
		return usagef("proxy trim takes a recording, and with -o the one to make, as in: proxy trim --job 42 recording.db -o job42.db")
	}
	var err error
	if s.json, err = wantsMade(c, s.to); err != nil {
		return err
	}
	if s.filter, err = newFilter(c); err != nil {
		return err
	}
	if s.rules.Exact && s.filter.takesAll() {
		return usagef("--exact keeps what filters select, and there is none; name some, or leave it out")
	}
	if s.rules.Polls, err = pollsKept(c); err != nil {
		return err
	}
	if err := refuseOutput(s.to, s.from); err != nil { // said before the work, not after
		return err
	}
	return p.trimTo(s)
}

func pollsKept(c *cli.Context) (int, error) {
	switch text := c.String("polls"); text {
	case "":
		if c.Bool("exact") {
			return trim.AllPolls, nil
		}
		return 1, nil
	case "all":
		return trim.AllPolls, nil
	case "none":
		return 0, nil
	default:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return 0, usagef("--polls: %q is neither a number of polls, nor all, nor none", text)
		}
		return n, nil
	}
}
