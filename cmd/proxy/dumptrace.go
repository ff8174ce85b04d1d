package main

import (
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
)

// showTrace writes the log of a job, put together from its patches.
func showTrace(d *dumper, w io.Writer, selected exchanges) error {
	builder := decode.NewBuilder()
	for x, err := range selected {
		if err != nil {
			return err
		}
		builder.Add(x, nil)
	}
	for _, job := range builder.Jobs() {
		for _, gap := range job.TraceGaps() {
			d.log.Warn(fmt.Sprintf("bytes %d to %d of the log were not recorded", gap.Offset, gap.Offset+gap.Bytes-1))
		}
		for _, s := range job.TraceSegments() {
			if err := copySegment(w, d.src, s); err != nil {
				return err
			}
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
