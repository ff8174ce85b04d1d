package replay

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
	"runnertape/logdiff"
	"runnertape/redact"
)

// piece is a part of the recorded trace.
type piece struct {
	exchange uint64
	start    int64
	packed   bool // by gzip
}

// maxPieces bounds the pieces that are known of one trace.
const maxPieces = 4 << 10

// sawPiece takes a piece that the upstream appended, if it is among what is compared.
func (p *past) sawPiece(x *runnertape.Exchange, m *decode.PatchTraceMessage) {
	if m.Start == p.size && m.Start < logdiff.MaxLog && len(p.pieces) < maxPieces {
		p.pieces = append(p.pieces, piece{x.ID, m.Start, x.Request.Header.ContentCoding() == "gzip"})
	}
}

// maxTexts bounds the traces kept of all jobs that run, in bytes.
const maxTexts = 64 << 20

// keep keeps the beginning of a trace, to be compared when the job has ended. The job is locked.
func (r *Replayer) keep(j *job, content []byte) {
	n := min(len(content), logdiff.MaxLog-len(j.text))
	if n <= 0 || j.textless || len(j.pieces) == 0 { // there may be nothing to compare it with
		return
	}
	if r.texts.Add(int64(n)) > maxTexts {
		r.texts.Add(-int64(n))
		r.drop(j)
		j.textless = true
		return
	}
	j.text = append(j.text, content[:n]...)
}

// drop lets go of the trace kept. The job is locked.
func (r *Replayer) drop(j *job) {
	r.texts.Add(-int64(len(j.text)))
	j.text = nil
}

// compareLog compares the trace of a job that has ended with the recorded one, beside the traffic. The job is locked.
func (r *Replayer) compareLog(j *job) {
	text, pieces := j.text, j.pieces
	j.text, j.pieces = nil, nil
	if j.textless || len(pieces) == 0 {
		return
	}
	compared := make(chan struct{})
	j.compared = compared
	go func() { // ends with the comparison
		defer close(compared)
		r.comparing <- struct{}{}
		defer func() { <-r.comparing; r.texts.Add(-int64(len(text))) }()
		recorded, err := r.recordedLog(pieces)
		j.mu.Lock()
		defer j.mu.Unlock()
		if err != nil {
			j.note("log: not compared: " + err.Error())
			return
		}
		d := logdiff.Compare(recorded, text)
		if r.key != nil { // what the runner's machine told its script is no part of the recording, nor of its rules
			rules := redact.New(r.key)
			for i, line := range d.Lines {
				d.Lines[i] = rules.String(line)
			}
		}
		j.difference = &d
	}()
}

// recordedLog is the beginning of a recorded trace.
func (r *Replayer) recordedLog(pieces []piece) ([]byte, error) {
	var log []byte
	for _, p := range pieces {
		if p.start != int64(len(log)) || len(log) >= logdiff.MaxLog {
			break
		}
		var err error
		if log, err = r.readPiece(log, p); err != nil {
			return nil, fmt.Errorf("exchange %d: %w", p.exchange, err)
		}
	}
	return log, nil
}

// readPiece appends a piece to log.
func (r *Replayer) readPiece(log []byte, p piece) ([]byte, error) {
	body, err := r.src.Body(p.exchange, runnertape.RequestSide)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	content := io.Reader(body)
	if p.packed {
		if content, err = gzip.NewReader(body); err != nil {
			return nil, err
		}
	}
	all, err := io.ReadAll(io.LimitReader(content, logdiff.MaxLog))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return append(log, all...), nil
}

// logWords says how the log of a job differs; "" if scripts wrote the same. Of a canceled one it is no wonder.
func (j JobReceipt) logWords() string {
	d := j.Log
	if d == nil || d.Same() || j.Replayed.State == "canceled" {
		return ""
	}
	return fmt.Sprintf("log: scripts wrote other lines, %d only then, %d only now, as %q", d.Removed, d.Added, d.Lines[0])
}
