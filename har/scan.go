package har

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// scanner looks for the entries of a file.
type scanner struct {
	*json.Decoder
	bounded  *bounded
	maxEntry int64
	file     *File
}

func (s scanner) scan() error {
	found := false
	err := s.object(func(key string) error {
		if key != "log" {
			return s.skip()
		}
		return s.object(func(key string) error {
			switch key {
			case "creator":
				var c any
				if err := s.Decode(&c); err != nil {
					return err
				}
				if m, ok := c.(map[string]any); ok {
					s.file.Creator.Name, _ = m["name"].(string)
					s.file.Creator.Version, _ = m["version"].(string)
				}
				return nil
			case "entries":
				found = true
				return s.entries()
			}
			return s.skip()
		})
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: it has no log with entries", ErrFormat)
	}
	return err
}

// object calls member for each member of the object that comes next. It has to read the value.
func (s scanner) object(member func(key string) error) error {
	if err := s.delimiter('{'); err != nil {
		return err
	}
	for s.More() {
		key, err := s.Token()
		if err != nil {
			return err
		}
		if err := member(key.(string)); err != nil { // the decoder lets no other key pass
			return err
		}
	}
	return s.delimiter('}')
}

func (s scanner) entries() error {
	if err := s.delimiter('['); err != nil {
		return err
	}
	for s.More() {
		p := place{number: len(s.file.entries) + 1, from: s.InputOffset()}
		s.bounded.left = s.maxEntry
		var e struct {
			Began any `json:"startedDateTime"` // who wrote no string is told later
		}
		if err := s.Decode(&e); err != nil {
			if wrong := (*json.UnmarshalTypeError)(nil); !errors.As(err, &wrong) {
				return err
			}
		}
		if began, ok := e.Began.(string); ok {
			p.began, _ = parseTime(began)
		}
		p.to = s.InputOffset()
		s.file.entries = append(s.file.entries, p)
	}
	return s.delimiter(']')
}

func (s scanner) skip() error {
	s.bounded.left = s.maxEntry
	var value json.RawMessage
	return s.Decode(&value)
}

func (s scanner) delimiter(want json.Delim) error {
	t, err := s.Token()
	if err == nil && t != want {
		err = fmt.Errorf("%w: %v stands where %v must", ErrFormat, t, want)
	}
	return err
}

// bounded ends reading with an error instead of more than left bytes.
type bounded struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
