package main

import (
	"bufio"
	"fmt"
	"io"

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
			"duration, and what it means. docs/json.md describes --json.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "one JSON object per exchange and line", EnvVars: []string{"PROXY_JSON"}},
			&cli.Int64Flag{Name: "job", Usage: "only the exchanges of job `ID`"},
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
	case c.IsSet("job") && job <= 0:
		return usagef("--job: %d is not the number of a job", job)
	}
	src, err := openRecording(path)
	if err != nil {
		return err
	}
	defer src.Close()
	out := bufio.NewWriter(p.stdout)
	if c.Bool("trace") {
		err = p.dumpTrace(out, src, job)
	} else {
		err = dumpExchanges(out, src, job, c.Bool("json"))
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}

// dumpExchanges prints all exchanges, or those of one job if job is not 0.
func dumpExchanges(w io.Writer, src recording, job int64, asJSON bool) error {
	write := writeLine
	if asJSON {
		write = writeJSON
	}
	found := false
	for x, err := range src.Exchanges() {
		if err != nil {
			return err
		}
		if job != 0 && (x.Decoded == nil || x.Decoded.JobID != job) {
			continue
		}
		found = true
		if err := write(w, x); err != nil {
			return err
		}
	}
	if job != 0 && !found {
		return noSuchJob(job)
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
