package main

import (
	"github.com/urfave/cli/v2"
)

func (p *process) mergeCommand() *cli.Command {
	return &cli.Command{
		Name:      "merge",
		Usage:     "make one recording of several",
		ArgsUsage: "RECORDING RECORDING… -o OUT",
		Description: "Files of one recording, as record --rotate and proxy trim make them, become that recording again:\n" +
			"numbers stay. Different recordings are put in the order of time, and their exchanges get new\n" +
			"numbers; they need to have the same stand-ins, which proxy redact --key-of gives them. What is there\n" +
			"twice is kept once. " + outputHelp("OUT") + " docs/trim.md says more.",
		Flags:  []cli.Flag{outputFlag(""), madeFlag("")},
		Action: p.merge,
	}
}

func (p *process) merge(c *cli.Context) error {
	from, to := c.Args().Slice(), c.String("output")
	if len(from) < 2 || to == "" {
		return usagef("proxy merge takes two recordings or more, and with -o the one to make, as in: proxy merge recording.1.db recording.db -o whole.db")
	}
	for _, path := range from {
		if path == "" {
			return usagef("proxy merge: the name of a recording is empty")
		}
	}
	asJSON, err := wantsMade(c, to)
	if err != nil {
		return err
	}
	if err := refuseOutput(to, from...); err != nil { // said before the work, not after
		return err
	}
	return p.mergeTo(from, to, asJSON)
}
