package main

import (
	"bytes"
	"fmt"

	"runnertape"
	"runnertape/redact"
)

// chooseKey gives the recording to make the key that it had, one of another recording, or a new one.
func (s *redactSettings) chooseKey(h *runnertape.Recording, src recording) error {
	if s.keyOf != "" {
		other, err := openRecording(s.keyOf)
		if err != nil {
			return err
		}
		key := other.Header().Key
		if err := other.Close(); err != nil {
			return err
		}
		if len(key) == 0 {
			return fmt.Errorf("--key-of: %s has no key: it was not redacted; redact it first", s.keyOf)
		}
		if bytes.Equal(h.Key, key) {
			return nil
		}
		if h.Key = key; src.Header().Redacted {
			return refuseUnfinished(src, s.from) // what is left to do, the other key tells
		}
		return nil
	}
	if len(h.Key) == 0 {
		h.Key = redact.NewKey()
	}
	return nil
}
