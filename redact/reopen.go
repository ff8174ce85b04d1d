package redact

import (
	"errors"
	"fmt"
	"io"

	"runnertape"
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
			if p.stream == nil || p.leftOut || p.verdict == opaque && p.passed >= opaqueText || f.trace.ended && side == runnertape.RequestSide {
				continue // what was guessed at the end of a patch is no text to learn from
			}
			if p.stream.text.part != 0 {
				continue // bits of a character of base64 are replaced already: lookAgain will do
			}
			back := int(min(int64(least), p.passed))
			from := place{f.id, side, p.passed - int64(back), back}
			kept, err := s.keptOf(from)
			if err != nil {
				return err
			}
			var before span
			before.feed(from, kept, kept)
			if err := s.lookFurtherBack(f, side, before); err != nil {
				return err
			}
		}
	}
	return nil
}

// keptOf reads what is kept in a place.
func (s *Sink) keptOf(at place) ([]byte, error) {
	kept := make([]byte, at.n)
	if at.n == 0 {
		return kept, nil
	}
	r, err := s.late.keeper.BodyAt(at.id, at.side, at.offset)
	if err == nil {
		_, err = io.ReadFull(r, kept)
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("read what is kept of exchange %d: %w", at.id, err)
	}
	return kept, nil
}
