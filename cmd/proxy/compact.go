package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"runnertape/fixtures"
	"runnertape/serve"
	"runnertape/store"
)

func (p *process) compactCommand() *cli.Command {
	return &cli.Command{
		Name:      "compact",
		Usage:     "write a recording again, smaller",
		ArgsUsage: "RECORDING [OUTPUT]  (default: RECORDING itself)",
		Description: "Equal parts of bodies are kept once, and everything is compressed harder. Nothing is lost, also\n" +
			"when it is interrupted: RECORDING is replaced in one step when the new file is whole. OUTPUT\n" +
			"must not exist. --append goes on with a compacted recording.",
		Flags: []cli.Flag{madeFlag("")},
		Action: func(c *cli.Context) error {
			if c.NArg() < 1 || c.NArg() > 2 {
				return usagef("proxy compact takes a recording, and a file to write if that is to stay, as in: proxy compact recording.db small.db")
			}
			from := c.Args().Get(0)
			to := from
			if c.NArg() == 2 {
				to = c.Args().Get(1)
				if to == "" || outputFormOf(to) != database {
					return usagef("proxy compact makes a database, and %q cannot name one; name a file like small.db", to)
				}
			}
			return p.compact(from, to, c.Bool("json"))
		},
	}
}

func (p *process) compact(from, to string, asJSON bool) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open recording %s: %w", from, serve.ErrNoRecording)
	}
	if text, err := fixtures.IsText(from); err == nil && text {
		return fmt.Errorf("%s: it is text, which is not compressed; proxy import makes a recording of it, and that can be compacted", from)
	}
	if sameFile(from, to) {
		to = from
	}
	if to != from {
		if err := refuseExisting(to); err != nil { // said before the work, not after
			return err
		}
	}
	var progress func(float64)
	if p.lines.isTerminal() {
		progress = func(part float64) { p.lines.show(fmt.Sprintf("compacting %s: %.0f %%", printable(from), 100*part)) }
		defer p.lines.wipe()
	}
	done, err := store.Compact(p.done, from, to, progress)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("compact %s: %w; it is as it was", from, errInterrupted)
	}
	if err != nil {
		return err
	}
	if done.Unfinished != "" {
		p.log.Warn(to + ": " + done.Unfinished)
	}
	p.say("%s: %s, was %s", to, byteSize(done.After), byteSize(done.Before))
	if !asJSON {
		return nil
	}
	r, err := store.Open(to)
	if err != nil {
		return err
	}
	defer r.Close()
	return p.printCopied(asJSON, r, made{Recording: to, BytesBefore: done.Before})
}
