package decode

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
)

// repeats are the bytes that were sent more than once, compared with what was last
// sent in their place. Only these are read.
func (r *logReader) repeats() ([]Repeat, error) {
	var repeats []Repeat
	var sent []Segment // what was last sent of each place, in order of offset
	for i := range r.job.Patches {
		p := &r.job.Patches[i]
		if !p.plausible() {
			continue
		}
		from, to := overlap(sent, p)
		if from < to {
			again, err := r.compare(p, sent[from:to])
			if err != nil {
				return nil, err
			}
			repeats = append(repeats, again...)
		}
		sent = replace(sent, from, to, p)
	}
	return repeats, nil
}

// plausible tells whether a patch has bytes at a place that can be.
func (p *Patch) plausible() bool { return p.Bytes > 0 && p.Start >= 0 && p.Start+p.Bytes > 0 }

// overlap is where in sent those are that have bytes in the place of p.
func overlap(sent []Segment, p *Patch) (from, to int) {
	from, _ = slices.BinarySearchFunc(sent, p.Start+1, func(s Segment, at int64) int { return cmp.Compare(s.Offset+s.Bytes, at) })
	for to = from; to < len(sent) && sent[to].Offset < p.Start+p.Bytes; {
		to++
	}
	return from, to
}

// replace puts a patch in the place of what was sent there before.
func replace(sent []Segment, from, to int, p *Patch) []Segment {
	var place []Segment
	end := p.Start + p.Bytes
	if from < to {
		if s := sent[from]; s.Offset < p.Start {
			s.Bytes = p.Start - s.Offset
			place = append(place, s)
		}
	}
	place = append(place, Segment{Exchange: p.Exchange, Bytes: p.Bytes, Offset: p.Start})
	if from < to {
		if s := sent[to-1]; s.Offset+s.Bytes > end {
			skip := end - s.Offset
			place = append(place, Segment{Exchange: s.Exchange, Skip: s.Skip + skip, Bytes: s.Bytes - skip, Offset: end})
		}
	}
	return slices.Replace(sent, from, to, place...)
}

// compare compares a patch with what was sent in its place before.
func (r *logReader) compare(p *Patch, before []Segment) ([]Repeat, error) {
	var now io.ReadCloser // opened when it is needed
	var read int64
	defer func() {
		if now != nil {
			now.Close()
		}
	}()
	var repeats []Repeat
	for _, s := range before {
		skip := max(0, p.Start-s.Offset)
		s = Segment{Exchange: s.Exchange, Skip: s.Skip + skip, Bytes: min(s.Bytes-skip, p.Start+p.Bytes-s.Offset-skip), Offset: s.Offset + skip}
		rewrite, known := r.otherSum(p, s)
		if !known {
			if now == nil {
				var err error
				read = s.Offset - p.Start
				if now, err = r.open(p.Exchange, read); err != nil {
					return nil, err
				}
			}
			if _, err := copyUpTo(io.Discard, now, s.Offset-p.Start-read); err != nil {
				return nil, err
			}
			var err error
			if rewrite, err = r.differs(now, s); err != nil {
				return nil, err
			}
			read = s.Offset - p.Start + s.Bytes
		}
		if last := len(repeats) - 1; last >= 0 && repeats[last].Offset+repeats[last].Bytes == s.Offset {
			repeats[last].Bytes += s.Bytes
			repeats[last].Rewrite = repeats[last].Rewrite || rewrite
		} else {
			repeats = append(repeats, Repeat{Exchange: p.Exchange, Offset: s.Offset, Bytes: s.Bytes, Rewrite: rewrite})
		}
	}
	return repeats, nil
}

// otherSum tells by checksums whether a patch differs from an earlier one, if it is
// of the same bytes of the trace.
func (r *logReader) otherSum(p *Patch, s Segment) (other, known bool) {
	old := at(r.job.Patches, s.Exchange, Patch.exchange)
	known = p.CRC32.Known && old.CRC32.Known && s.Bytes == p.Bytes && s.Bytes == old.Bytes
	return p.CRC32 != old.CRC32, known
}

// differs tells whether what follows in now is something else than what was sent
// before. What is missing of one of the two does not count.
func (r *logReader) differs(now io.Reader, s Segment) (bool, error) {
	was, err := r.open(s.Exchange, s.Skip)
	if err != nil {
		return false, err
	}
	defer was.Close()
	var a, b [16 << 10]byte
	differs := false
	for left := s.Bytes; left > 0; {
		n := min(left, int64(len(a)))
		got, err := readUpTo(now, a[:n])
		if err != nil {
			return false, err
		}
		had, err := readUpTo(was, b[:n])
		if err != nil {
			return false, err
		}
		both := min(got, had)
		differs = differs || !bytes.Equal(a[:both], b[:both])
		if left -= n; int64(got) < n {
			break
		}
	}
	return differs, nil
}

// readUpTo reads len(p) bytes, or fewer if there are no more.
func readUpTo(r io.Reader, p []byte) (int, error) {
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
