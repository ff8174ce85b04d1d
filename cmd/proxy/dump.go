package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/decode"
)

func (p *process) dumpCommand() *cli.Command {
	return &cli.Command{
		Name:      "dump",
		Usage:     "print the exchanges of a recording, or the log of a job",
		ArgsUsage: "[RECORDING]  (default " + defaultRecording + ")",
		Description: "One line an exchange: number, time (UTC), endpoint, job, request, status, bytes up and down,\n" +
			"duration, and what it means. docs/json.md describes --json.\n" +
			"A recording can be read while it is being made.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "one JSON object per exchange and line", EnvVars: []string{"PROXY_JSON"}},
			&cli.Int64Flag{Name: "job", Usage: "only the exchanges of job `ID`"},
			&cli.BoolFlag{Name: "follow", Usage: "print what is there, then each exchange when it has ended, until the recorder ends"},
			&cli.BoolFlag{Name: "trace", Usage: "write the log of --job, as GitLab holds it, and nothing else"},
		},
		Action: p.dump,
	}
}

func (p *process) dump(c *cli.Context) error {
	path, err := recordingArg(c)
	if err != nil {
		return err
	}
	job := c.Int64("job")
	switch {
	case c.Bool("trace") && !c.IsSet("job"):
		return usagef("--trace writes the log of one job; name it with --job ID")
	case c.Bool("trace") && c.Bool("json"):
		return usagef("--trace writes a log, which is not JSON; leave out one of the two")
	case c.Bool("trace") && c.Bool("follow"):
		return usagef("--trace writes a log as it is now, --follow waits for exchanges; leave out one of the two")
	case c.IsSet("job") && job <= 0:
		return usagef("--job: %d is not the number of a job", job)
	}
	src, err := openRecording(path)
	if err != nil {
		return err
	}
	defer src.Close()
	selected := selection{job, c.Bool("json")}
	if c.Bool("follow") {
		return p.follow(path, src, selected)
	}
	out := bufio.NewWriter(p.stdout)
	if c.Bool("trace") {
		err = p.dumpTrace(out, src, job)
	} else {
		err = selected.print(out, src.Exchanges())
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}

// selection says which exchanges to print, and how.
type selection struct {
	job    int64 // 0: all
	asJSON bool
}

func (s selection) has(x *runnertape.Exchange) bool {
	return s.job == 0 || x.Decoded != nil && x.Decoded.JobID == s.job
}

// print prints those of exchanges that were selected.
func (s selection) print(w io.Writer, exchanges iter.Seq2[*runnertape.Exchange, error]) error {
	write := writeLine
	if s.asJSON {
		write = writeJSON
	}
	found := false
	for x, err := range exchanges {
		if err != nil {
			return err
		}
		if !s.has(x) {
			continue
		}
		found = true
		if err := write(w, x); err != nil {
			return err
		}
	}
	if s.job != 0 && !found {
		return noSuchJob(s.job)
	}
	return nil
}

func noSuchJob(job int64) error {
	return fmt.Errorf("job %d is not in the recording (proxy dump lists what is)", job)
}

// dumpTrace writes the log of a job, put together from its patches.
func (p *process) dumpTrace(w io.Writer, src recording, id int64) error {
	builder := decode.NewBuilder()
	for x, err := range src.Exchanges() {
		if err != nil {
			return err
		}
		builder.Add(x, nil)
	}
	job := builder.Job(id)
	if job == nil {
		return noSuchJob(id)
	}
	for _, gap := range job.TraceGaps() {
		p.log.Warn(fmt.Sprintf("bytes %d to %d of the log were not recorded", gap.Offset, gap.Offset+gap.Bytes-1))
	}
	for _, s := range job.TraceSegments() {
		if err := copySegment(w, src, s); err != nil {
			return err
		}
	}
	return nil
}

func copySegment(w io.Writer, src recording, s decode.Segment) error {
	body, err := src.Body(s.Exchange, runnertape.RequestSide)
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := io.CopyN(io.Discard, body, s.Skip); err != nil {
		return fmt.Errorf("exchange %d is shorter than its log: %w", s.Exchange, err)
	}
	if _, err := io.CopyN(w, body, s.Bytes); err != nil {
		return fmt.Errorf("exchange %d is shorter than its log: %w", s.Exchange, err)
	}
	return nil
}
