package main

import (
	"path/filepath"

	"github.com/urfave/cli/v2"
)

func (p *process) exportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write a recording as text, for review, editing and git",
		ArgsUsage: "RECORDING FILE.txtar|DIR",
		Description: "The text holds the exchanges and their bodies exactly. All commands read it like the recording itself, and\n" +
			"proxy import makes that of it. FILE.txtar is one file, and - that on stdout. In DIR long and binary bodies are files\n" +
			"beside the text. FILE must not exist; DIR is made, or empty. docs/format.md says what may be edited.",
		Flags: []cli.Flag{madeFlag("")},
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 || c.Args().Get(1) == "" {
				return usagef("proxy export takes a recording and the file to write, as in: proxy export recording.db recording.txtar")
			}
			asJSON, err := wantsMade(c, c.Args().Get(1))
			if err != nil {
				return err
			}
			return p.export(c.Args().Get(0), c.Args().Get(1), asJSON)
		},
	}
}

func (p *process) export(from, to string, asJSON bool) error {
	if err := refuseOutput(to, from); err != nil {
		return err
	}
	if outputFormOf(to) == database && filepath.Ext(to) == "" {
		to += "/" // it writes no database, so this can only be a folder
	}
	if outputFormOf(to) == database {
		return usagef("%s: proxy export writes text; end the name in .txtar for one file, or in / for a folder with long bodies beside the text", to)
	}
	src, err := openRecording(from)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := writeText(to, p.stdout, stoppableRecording{src, p}); err != nil {
		return copyError("export "+from, err)
	}
	return p.printCopied(asJSON, src, made{Recording: to})
}
