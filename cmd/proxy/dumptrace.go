package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// showTrace writes the log of the job that was selected, put together from its patches.
func showTrace(d *dumper, w io.Writer, selected exchanges) error {
	builder := decode.NewBuilder()
	for x, err := range selected {
		if err != nil {
			return err
		}
		builder.Add(x, nil)
	}
	jobs := builder.Jobs()
	if len(jobs) == 0 {
		return nil // there is none, which was told
	}
	job := jobs[len(jobs)-1]
	if len(jobs) > 1 {
		d.log.Warn(fmt.Sprintf("job %d was handed out %d times; this is the log of the last", job.ID, len(jobs)))
	}
	for _, gap := range job.TraceGaps() {
		d.log.Warn(fmt.Sprintf("bytes %d to %d of the log were not recorded", gap.Offset, gap.Offset+gap.Bytes-1))
	}
	return d.writeLog(w, job.TraceSegments())
}

// writeLog writes a log as it is, or without what --plain leaves out. A terminal gets nothing that could
// drive it, but the log's own colours.
func (d *dumper) writeLog(w io.Writer, segments []decode.Segment) error {
	var filters []io.Closer
	if d.screen.terminal {
		safe := newTerminalWriter(w)
		w, filters = safe, append(filters, safe)
	}
	if d.c.Bool("plain") {
		plain := newPlainWriter(w)
		w, filters = plain, append(filters, plain)
	}
	for _, s := range segments {
		if err := copySegment(w, d.src, s); err != nil {
			return err
		}
	}
	for _, f := range slices.Backward(filters) { // what the first holds back goes through the next
		if err := f.Close(); err != nil {
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
	if _, err = io.CopyN(io.Discard, body, s.Skip); err == nil {
		_, err = io.CopyN(w, body, s.Bytes)
	}
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("the body of exchange %d is shorter than its piece of the log", s.Exchange)
	}
	return err
}
