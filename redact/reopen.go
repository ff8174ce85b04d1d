package redact

import (
	"errors"
	"fmt"
	"io"
)

// reopen has the bodies in flight looked at again from so far back that one of the secrets can have begun in what
// was passed on and end in what comes.
func (s *Sink) reopen(secrets []*secret) error {
	longest := 0
	for _, secret := range secrets {
		for _, text := range secret.spellings() {
			longest = max(longest, len(text))
		}
	}
	for _, f := range s.live {
		for _, side := range sides {
			p := f.part(side)
			least := longest - 1
			if isGit(p.contentType) {
				least += maxObjectID
			}
			back := int(min(int64(max(least, len(p.span.was))), p.passed))      // what is in span is kept already
			if p.stream == nil || p.leftOut || back <= 0 || p.stream.inside() { // lookAgain will do for the last
				continue
			}
			if p.verdict == opaque && p.passed >= opaqueText || f.trace.ended && side == sides[0] {
				continue // what was guessed at the end of a patch is no text to learn from
			}
			from := place{f.id, side, p.passed - int64(back), back}
			r, err := s.late.keeper.BodyAt(from.id, from.side, from.offset)
			if err != nil {
				return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
			}
			kept := make([]byte, back)
			_, err = io.ReadFull(r, kept)
			if err := errors.Join(err, r.Close()); err != nil {
				return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
			}
			paused := p.stream.pause()
			held := paused.text.source()[len(p.span.was):]
			p.span = span{}
			p.span.feed(from, kept, kept)
			p.stream.reset()
			if err := s.pass(f, side, p.stream.Write(append(kept, held...))); err != nil {
				return err
			}
		}
	}
	return nil
}
