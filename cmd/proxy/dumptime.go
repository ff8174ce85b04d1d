package main

import (
	"errors"
	"time"

	"runnertape"
	"runnertape/live"
	"runnertape/store"
)

// moment is a time as --since and --until take it. The zero value is none.
type moment struct {
	at    time.Time
	clock time.Duration // since midnight of the day that the recording was begun, if day is set
	day   bool
	back  time.Duration // before the last exchange; 0 if at or clock says it
}

// The forms of a time; all are UTC where they do not say.
var (
	dateForms  = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}
	clockForms = []string{"15:04:05", "15:04"}
)

func (m moment) none() bool { return m == moment{} }

func (m *moment) read(flag, text string) error {
	if text == "" {
		return nil
	}
	for _, form := range dateForms {
		if at, err := time.Parse(form, text); err == nil {
			m.at = at
			return nil
		}
	}
	for _, form := range clockForms {
		if at, err := time.Parse(form, text); err == nil {
			m.clock, m.day = at.Sub(at.Truncate(24*time.Hour)), true
			return nil
		}
	}
	if back, err := time.ParseDuration(text); err == nil && back > 0 {
		m.back = back
		return nil
	}
	return usagef("%s: %q is no time, as 15:04:05, 2006-01-02T15:04:05Z (UTC) or 10m are", flag, text)
}

// settle adds the tests of time, for which the recording has to be open.
func (f *filter) settle(src recording) error {
	for _, m := range []*moment{&f.since, &f.until} {
		if err := m.settle(src); err != nil {
			return err
		}
	}
	if at := f.since.at; !at.IsZero() {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool { return !x.Started.Before(at) })
	}
	if at := f.until.at; !at.IsZero() {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool { return x.Started.Before(at) })
	}
	return nil
}

func (m *moment) settle(src recording) error {
	switch {
	case m.day:
		m.at = src.Header().Created.UTC().Truncate(24 * time.Hour).Add(m.clock)
	case m.back > 0:
		last, err := lastStart(src)
		if err != nil {
			return err
		}
		m.at = last.Add(-m.back)
	}
	return nil
}

// lastStart is when the last exchange began: now, of a recording that is being made.
func lastStart(src recording) (time.Time, error) {
	switch src := src.(type) {
	case *live.Reader:
		return time.Now(), nil
	case *store.Reader:
		x, err := src.Last()
		if errors.Is(err, store.ErrNoExchange) {
			return time.Time{}, nil
		}
		if err != nil {
			return time.Time{}, err
		}
		return x.Started, nil
	}
	var last time.Time
	for x, err := range src.Exchanges() {
		if err != nil {
			return last, err
		}
		last = x.Started
	}
	return last, nil
}
