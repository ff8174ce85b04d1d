package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"runnertape/fixtures"
)

func (p *process) exportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write a recording as text, for review, editing and git",
		ArgsUsage: "RECORDING FILE.txtar",
		Description: "The text holds the exchanges and their bodies exactly. dump and replay read it like the\n" +
			"recording itself. FILE must not exist; - is stdout.",
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 || c.Args().Get(1) == "" {
				return usagef("proxy export takes a recording and the file to write, as in: proxy export recording.db recording.txtar")
			}
			return p.export(c.Args().Get(0), c.Args().Get(1))
		},
	}
}

func (p *process) export(from, to string) error {
	if err := refuseOutput(to, from); err != nil {
		return err
	}
	src, err := openRecording(from)
	if err != nil {
		return err
	}
	defer src.Close()
	return toOutput(to, p.stdout, func(w io.Writer) error {
		if err := fixtures.Write(w, src); err != nil {
			return fmt.Errorf("write %s: %w", to, err)
		}
		return nil
	})
}
