package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"
)

func (p *process) dumpCommand() *cli.Command {
	return &cli.Command{
		Name:      "dump",
		Usage:     "print the exchanges of a recording, or the log of a job",
		ArgsUsage: "[RECORDING]  (default " + defaultRecording + ")",
		Description: "One line an exchange: number, time (UTC), endpoint, job, request, status,\n" +
			"bytes up and down, duration, and what it means. On a terminal it is as wide\n" +
			"as that. A recording can be read while it is being made.\n\n" +
			"Filters of different kinds must all hold. One that is repeatable takes several\n" +
			"values, also with commas between, of which one has to hold. docs/dump.md has\n" +
			"examples, docs/json.md describes --json.",
		Flags:                  dumpFlags(),
		UseShortOptionHandling: true, // -vv is -v -v
		Action:                 p.dump,
	}
}

func (p *process) dump(c *cli.Context) error {
	path, err := recordingArg(c)
	if err != nil {
		return err
	}
	if err := wrongTogether(c); err != nil {
		return err
	}
	f, err := newFilter(c)
	if err != nil {
		return err
	}
	to := p.stdout
	if toFile(c) {
		to = io.Discard // a file is no terminal
	}
	s, err := screenOf(c, to)
	if err != nil {
		return err
	}
	if err := refuseExisting(c.String("output")); err != nil {
		return err
	}
	src, err := openRecording(path)
	if err != nil {
		return err
	}
	defer src.Close()
	d := &dumper{process: p, c: c, path: path, src: src, screen: s}
	if err := f.settle(d.src); err != nil {
		return err
	}
	return d.run(f, viewOf(c))
}

// dumper is one `proxy dump` at work: what views may use.
type dumper struct {
	*process
	c      *cli.Context // the flags
	path   string       // of the recording, as it was named
	src    recording    // bodies come from here
	screen screen       // what the writer of a view is
}

// run writes the exchanges that f selects as v shows them, to where --output says.
func (d *dumper) run(f *filter, v *view) error {
	if d.c.Bool("follow") {
		return d.follow(f, v)
	}
	err := d.once(f, v)
	switch {
	case err != nil || f.passed > 0:
	case f.nothing():
		d.say("no exchange of %s is like that", d.path)
	default:
		d.say("there is no exchange in %s", d.path)
	}
	return err
}

// once shows what there is now.
func (d *dumper) once(f *filter, v *view) error {
	return toOutput(d.c.String("output"), d.stdout, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 64<<10)
		selected := f.selected(d.src, interruptible(d.done, f.from(d.src)))
		err := v.show(d, out, selected)
		if flushErr := out.Flush(); err == nil { // else it may be the same again
			err = flushErr
		}
		if errors.Is(err, errInterrupted) && !toFile(d.c) {
			err = fmt.Errorf("%w; what was written until then is not all", errInterrupted)
		}
		return err
	})
}
