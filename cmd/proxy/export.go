package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

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
			if c.NArg() != 2 {
				return usagef("proxy export takes a recording and the file to write, as in: proxy export recording.db recording.txtar")
			}
			return p.export(c.Args().Get(0), c.Args().Get(1))
		},
	}
}

func (p *process) export(from, to string) error {
	src, err := openRecording(from)
	if err != nil {
		return err
	}
	defer src.Close()
	if to == "-" {
		return fixtures.Write(p.stdout, src)
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", to, errFileExists)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(fixtures.Write(f, src), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", to, err), os.Remove(to)) // whole or not there
	}
	return nil
}
