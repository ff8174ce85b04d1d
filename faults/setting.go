package faults

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is something that can be set in an answer.
type setting struct {
	name string
	read func(*What, word) error
}

// settings are all of them.
//
//	setting = NAME "=" VALUE
var settings = []setting{
	{"job-status", func(w *What, v word) error {
		if !slices.Contains(jobStatuses, v.text) {
			return v.expected(list(jobStatuses))
		}
		w.JobStatus = v.text
		return nil
	}},
	{"range", func(w *What, v word) (err error) {
		w.Range, err = v.traceRange()
		return err
	}},
	{"retry-after", func(w *What, v word) (err error) {
		w.RetryAfter, err = v.count()
		return err
	}},
	{"ratelimit-reset", func(w *What, v word) (err error) {
		w.ResetAfter, err = v.time()
		return err
	}},
	{"interval", func(w *What, v word) (err error) {
		w.Interval, err = v.time()
		if err == nil && w.Interval%time.Second != 0 {
			err = v.expected("whole seconds, as 60s")
		}
		return err
	}},
	{"location", func(w *What, v word) error { return v.content(&w.Location) }},
	{"type", func(w *What, v word) error { return v.content(&w.Type) }},
	{"body", func(w *What, v word) error {
		text, err := v.unquoted()
		w.Body = &text
		return err
	}},
	{"header", func(w *What, v word) error {
		var text string
		if err := v.content(&text); err != nil {
			return err
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || !isToken(name) {
			return v.expected(`a header field, as "Name: value"`)
		}
		w.Header = append(w.Header, Field{name, strings.TrimSpace(value)})
		return nil
	}},
}

// jobStatuses are those GitLab has (app/models/concerns/ci/has_status.rb).
var jobStatuses = []string{"pending", "running", "canceling", "canceled", "failed", "success"}

// setting reads one.
func (p *parser) setting(w word) error {
	name, op, value := w.cutAt("=")
	var names []string
	for _, s := range settings {
		if s.name == name && op != "" {
			if err := p.of(w, Status, Answer); err != nil {
				return err
			}
			return s.read(&p.rule.what, value)
		}
		names = append(names, s.name+"=…")
	}
	return w.expected("once, twice, N times, for TIME, in all, taken, early, forget, after SIZE, " + list(names))
}

// content reads the content of a header field.
func (w word) content(to *string) error {
	text, err := w.unquoted()
	if err != nil {
		return err
	}
	if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) {
		return w.expected("printable ASCII, as a header field has it")
	}
	*to = text
	return nil
}

// traceRange reads what a Range says.
//
//	RANGE = "none" | "0-" SIZE | ( "+" | "-" ) SIZE
func (w word) traceRange() (*Range, error) {
	if w.text == "none" {
		return &Range{Absent: true}, nil
	}
	for sign, factor := range map[string]int64{"0-": 1, "+": 1, "-": -1} {
		rest, ok := strings.CutPrefix(w.text, sign)
		if !ok {
			continue
		}
		n, err := word{rest, w.column + len(sign)}.size()
		return &Range{Relative: sign != "0-", Bytes: factor * n}, err
	}
	return nil, w.expected("0-SIZE, +SIZE or -SIZE beside what is held, or none")
}

// Value is what the Range says if so much is held; "" if it is absent. A nil Range says what is held.
func (r *Range) Value(held int64) string {
	switch {
	case r == nil:
	case r.Absent:
		return ""
	case r.Relative:
		held = max(0, held+r.Bytes)
	default:
		held = r.Bytes
	}
	return "0-" + strconv.FormatInt(held, 10)
}

// isToken tells whether a header field may have that name (RFC 9110 §5.6.2).
func isToken(name string) bool {
	return name != "" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
