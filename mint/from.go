package mint

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// Source is a recording to take a template from. It is to stay open until what was minted is written.
type Source interface {
	// Exchanges are all exchanges in order of their ids, with Decoded set.
	Exchanges() iter.Seq2[*runnertape.Exchange, error]
	// Body opens the kept content of one side of an exchange, as it was on the wire.
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
	// Header is what holds for the whole recording.
	Header() runnertape.Recording
}

// FromRecording is the template of a recorded job: its payload, and what it fetched. What it did, its log, updates and uploads, is
// no part of it. Of a number that was handed out more than once it is the last. The header stays, as its key makes the stand-ins, but
// for when it was begun: that is when the job was handed out, or two of one recording would be taken for pieces of it.
// The error is a [runnertape.NoSuchJob] if the recording does not have the job.
func FromRecording(src Source, job int64) (*Template, error) {
	t := &Template{header: src.Header()}
	t.header.Program = program
	var jobs []int64
	lost := uint64(0) // exchange with the job, whose payload is not there
	known := false    // other exchanges are of the job
	for x, err := range src.Exchanges() {
		switch {
		case err != nil:
			return nil, err
		case x.Decoded == nil || x.Decoded.JobID == 0:
			continue
		case decode.Endpoint(x.Decoded.Endpoint) == decode.RequestJob && x.Status() == 201:
			id := x.Decoded.JobID
			if !slices.Contains(jobs, id) {
				jobs = append(jobs, id)
			}
			if id != job {
				continue
			}
			if k := runnertape.KindOf(x); !k.Whole || !k.Kept {
				lost = x.ID
				continue
			}
			if err := t.took(src, x); err != nil {
				return nil, fmt.Errorf("exchange %d: %w", x.ID, err)
			}
		case x.Decoded.JobID == job && t.poll != nil && fetched(x):
			t.kept = append(t.kept, partOf(src, x))
		case x.Decoded.JobID == job:
			known = true
		}
	}
	switch {
	case t.poll != nil:
		return t, nil
	case lost > 0:
		return nil, fmt.Errorf("job %d: its payload was not recorded whole (exchange %d)", job, lost)
	}
	if known {
		return nil, fmt.Errorf("job %d: the exchange that handed it out is not in it; proxy merge puts the files of one recording together", job)
	}
	return nil, &runnertape.NoSuchJob{ID: job, Has: jobs[:min(runnertape.MaxHas, len(jobs))]}
}

// took begins the template with a 201.
func (t *Template) took(src Source, x *runnertape.Exchange) error {
	asked := partOf(src, x)
	body, err := asked.response()
	if err != nil {
		return err
	}
	defer body.Close()
	raw, err := io.ReadAll(io.LimitReader(body, decode.MaxMessage))
	if err != nil {
		return err
	}
	payload, err := decode.Plain(x.Response.Header, raw, decode.MaxMessage)
	if err != nil {
		return err
	}
	if _, err := parseObject(payload); err != nil {
		return fmt.Errorf("its payload: %w", err)
	}
	t.poll, t.asked, t.payload, t.kept = x, asked, payload, nil
	t.header.Created = x.Started
	return nil
}

// fetched tells whether an exchange gave the job something it needs, or may need again.
func fetched(x *runnertape.Exchange) bool {
	switch decode.Endpoint(x.Decoded.Endpoint) {
	case decode.Git, decode.DownloadArtifacts:
		return true
	case decode.ObjectStorage, decode.Cache, decode.Unknown:
		return x.Request.Method == "GET" || x.Request.Method == "HEAD"
	}
	return false
}

func partOf(src Source, x *runnertape.Exchange) part {
	own, id := *x, x.ID
	own.Decoded = nil
	open := func(side runnertape.Side) opener {
		return func() (io.ReadCloser, error) { return src.Body(id, side) }
	}
	return part{x: &own, request: open(runnertape.RequestSide), response: open(runnertape.ResponseSide)}
}
