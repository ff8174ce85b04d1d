package decode

import (
	"fmt"
	"strconv"
	"strings"
)

// claimed compares what a runner says of its trace with what is seen of it.
//
// The recorded bytes of a patch are what passed unless there are stand-ins in them,
// and then the checksum of what passed tells that there are. It is that of the
// trace too, if all of the patch is in it.
type claimed struct {
	claim    *Claim
	redacted bool
	final    bool  // it is of the whole trace; else of what was written then, sent or not
	size     int64 // first bytes of the trace it is of, as far as they are held

	sum     uint32 // of the bytes seen so far
	bytes   int64  // how many
	missing int64  // bytes that were not seen
	changed string // why the checksum of some bytes is not that of what passed; empty if it is
}

// newClaimed is what the last update with a checksum or a size says, compared with a trace of so many bytes.
func newClaimed(j *Job, held int64, redacted bool) claimed {
	c := claimed{redacted: redacted}
	for _, u := range j.Updates {
		if u.Checksum != "" || u.Bytesize > 0 {
			c.claim = &Claim{Exchange: u.Exchange, Checksum: u.Checksum, Bytesize: u.Bytesize}
			c.final = u.Final()
		}
	}
	if c.claim != nil {
		c.size = held
		if !c.final {
			c.size = min(held, c.claim.Bytesize)
		}
	}
	return c
}

// within is how many of a segment's first bytes the claim is of.
func (c *claimed) within(s Segment) int64 { return min(max(c.size-s.Offset, 0), s.Bytes) }

// gap is told of bytes that no patch brought.
func (c *claimed) gap(bytes int64) {
	c.missing += min(max(c.size-c.bytes-c.missing, 0), bytes)
}

// add takes a patch in, or the part of it that counts.
func (c *claimed) add(s *patchSum) {
	want := s.to - s.from
	switch {
	case want == 0:
		return
	case s.known && want == s.bytes:
		s.part = s.passed
	case s.partLength < want:
		c.missing += want
		return
	case c.redacted && !s.known:
		c.change("stand-ins may have taken the place of secrets in exchange %d, and the recording is of a version that did not note the checksum of what passed", s.exchange)
	case s.known && (s.whole != s.passed || s.at != s.bytes):
		c.change("stand-ins took the place of secrets in exchange %d, and only a part of that patch is in the log", s.exchange)
	}
	c.sum = combineCRC32(c.sum, s.part, want)
	c.bytes += want
}

func (c *claimed) change(why string, exchange uint64) {
	if c.changed == "" {
		c.changed = fmt.Sprintf(why, exchange)
	}
}

// judge says whether the claim is so. Patches may have arrived whose answers were lost.
func (c *claimed) judge(log *Log, lost bool) {
	if c.claim == nil {
		return
	}
	log.Claim = c.claim
	log.Verdict, log.Reason = c.verdict(log.Bytes, lost)
}

func (c *claimed) verdict(held int64, lost bool) (Verdict, string) {
	said := c.claim.Bytesize
	want, err := strconv.ParseUint(strings.TrimPrefix(c.claim.Checksum, "crc32:"), 16, 32)
	unsized := said == 0 && (want != 0 || err != nil) // before 13.7
	if unsized && c.final {
		said = held
	}
	switch {
	case unsized && !c.final:
		return Unsure, "the runner did not say of how many bytes it is"
	case said > held && !c.final:
		return Unsure, fmt.Sprintf("when the runner said it, it had written %s, of which the upstream holds %d", sized(said), held)
	case said > held && lost:
		return Unsure, fmt.Sprintf("the runner wrote %s, the upstream holds %d, and may have more: a patch was not answered", sized(said), held)
	case said != held && c.final && c.missing > 0:
		return Unsure, fmt.Sprintf("the runner wrote %s, the upstream holds %d, and %d of them were not recorded", sized(said), held, c.missing)
	case said != held && c.final:
		return Differs, fmt.Sprintf("the runner wrote %s, the upstream holds %d", sized(said), held)
	case c.missing > 0:
		return Unsure, fmt.Sprintf("%s of the log were not recorded", sized(c.missing))
	case c.claim.Checksum == "" && c.final:
		return Agrees, fmt.Sprintf("%s passed, as the runner says, which named no checksum", sized(held))
	case c.claim.Checksum == "":
		return Unsure, "the runner named no checksum"
	case !strings.HasPrefix(c.claim.Checksum, "crc32:") || err != nil:
		return Unsure, fmt.Sprintf("%s is no checksum that is known here", quote(c.claim.Checksum))
	case uint32(want) == c.sum:
		return Agrees, fmt.Sprintf("%s with the checksum crc32:%08x passed, as the runner says", sized(c.bytes), c.sum)
	case c.changed != "":
		return Unsure, c.changed
	}
	return Differs, fmt.Sprintf("the %s that passed have the checksum crc32:%08x, the runner says %s", sized(c.bytes), c.sum, clean(c.claim.Checksum, 40))
}
