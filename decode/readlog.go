package decode

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
)

// ReadLog looks at the log of a job, once and as a stream: what it holds in
// memory does not depend on the size of the log. Bytes that were sent more than
// once are read once more. The function body opens the recorded request body of
// an exchange from an offset on, which should take no longer for a large one; its
// errors are returned. redacted tells that the recording has stand-ins.
func ReadLog(j *Job, body func(exchange uint64, from int64) (io.ReadCloser, error), redacted bool) (*Log, error) {
	held := j.traceAt(math.MaxUint64)
	r := logReader{job: j, open: body, log: &Log{Bytes: held.size}, claim: newClaimed(j, held.size, redacted)}
	for _, s := range held.segments {
		r.skip(s.Offset)
		if err := r.segment(s); err != nil {
			return nil, err
		}
	}
	r.skip(held.size)
	r.sections.skip(held.size)
	r.log.Sections = r.sections.list
	var err error
	if r.log.Repeats, err = r.repeats(); err != nil {
		return nil, err
	}
	r.claim.judge(r.log, len(held.unsure) > 0)
	return r.log, nil
}

// logReader is the state of [ReadLog].
type logReader struct {
	job      *Job
	open     func(exchange uint64, from int64) (io.ReadCloser, error)
	log      *Log
	at       int64 // offset that was come to
	sections sections
	claim    claimed
}

// skip goes to an offset. What is before it is a gap.
func (r *logReader) skip(to int64) {
	if missing := to - r.at; missing > 0 {
		r.gap(missing)
		r.claim.gap(missing)
	}
}

func (r *logReader) gap(missing int64) {
	last := len(r.log.Gaps) - 1
	if last >= 0 && r.log.Gaps[last].Offset+r.log.Gaps[last].Bytes == r.at {
		r.log.Gaps[last].Bytes += missing
	} else {
		r.log.Gaps = append(r.log.Gaps, TraceGap{Offset: r.at, Bytes: missing})
	}
	r.at += missing
	r.sections.skip(r.at)
}

// segment reads the bytes of the trace that one patch brought. Some or all may be
// missing in the recording, if they were not kept.
func (r *logReader) segment(s Segment) error {
	content, err := r.open(s.Exchange, 0)
	if err != nil {
		return err
	}
	defer content.Close()
	sum := newPatchSum(s, at(r.job.Patches, s.Exchange, Patch.exchange), r.claim.within(s))
	end := s.Offset + s.Bytes
	if _, err := copyUpTo(&sum, content, s.Skip); err != nil {
		return err
	}
	if _, err := copyUpTo(io.MultiWriter(&sum, r), content, s.Bytes); err != nil {
		return err
	}
	if _, err := io.Copy(&sum, content); err != nil { // what is not in the log tells whether there are stand-ins in it
		return err
	}
	r.claim.add(&sum)
	if missing := end - r.at; missing > 0 {
		r.gap(missing)
	}
	return nil
}

// Write takes bytes of the trace.
func (r *logReader) Write(p []byte) (int, error) {
	r.log.Lines += int64(bytes.Count(p, []byte("\n")))
	r.sections.write(p)
	r.at += int64(len(p))
	return len(p), nil
}

// copyUpTo copies n bytes, or fewer if there are no more.
func copyUpTo(w io.Writer, r io.Reader, n int64) (int64, error) {
	copied, err := io.CopyN(w, r, n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return copied, err
}

// patchSum takes the recorded body of a patch, and makes checksums of all of it and
// of the part that counts.
type patchSum struct {
	exchange   uint64
	from, to   int64  // part of the body that counts
	bytes      int64  // of the body, as the wire had it
	passed     uint32 // checksum of the body as it passed, if known
	known      bool
	at         int64
	whole      uint32
	part       uint32
	partLength int64
}

// newPatchSum is for a segment, of which the first bytes count.
func newPatchSum(s Segment, p *Patch, counts int64) patchSum {
	return patchSum{
		exchange: s.Exchange, from: s.Skip, to: s.Skip + counts,
		bytes: p.Bytes, passed: p.CRC32.Sum, known: p.CRC32.Known,
	}
}

// Write takes bytes of the body.
func (s *patchSum) Write(p []byte) (int, error) {
	s.whole = crc32.Update(s.whole, crc32.IEEETable, p)
	from := min(max(s.from-s.at, 0), int64(len(p)))
	to := min(max(s.to-s.at, from), int64(len(p)))
	s.part = crc32.Update(s.part, crc32.IEEETable, p[from:to])
	s.partLength += to - from
	s.at += int64(len(p))
	return len(p), nil
}
