package faults

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// What is expected of a value, in the words of errors.
const (
	aSize     = "a size, as 4096, 64KiB or 1MiB"
	aTime     = "a time, as 500ms, 10s or 2m"
	aRate     = "a rate, as 64KiB/s"
	aNumber   = "a number from 1 on"
	aCode     = "a status from 200 to 599"
	aPercent  = "a share, as 10%"
	aName     = "the id or the name of a job"
	aPathLike = "a path, in which * stands for anything"
)

var sizes = map[string]int64{
	"": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

// size reads a number of bytes.
func (w word) size() (int64, error) {
	at := strings.IndexFunc(w.text, func(c rune) bool { return c < '0' || c > '9' })
	if at < 0 {
		at = len(w.text)
	}
	n, err := strconv.ParseInt(w.text[:at], 10, 64)
	unit, known := sizes[w.text[at:]]
	if err != nil || !known || n > math.MaxInt64/unit {
		return 0, w.expected(aSize)
	}
	return n * unit, nil
}

// rate reads bytes per second.
func (w word) rate() (int64, error) {
	text, ok := strings.CutSuffix(w.text, "/s")
	n, err := word{text, w.column}.size()
	if !ok || err != nil || n == 0 {
		return 0, w.expected(aRate)
	}
	return n, nil
}

// maxTime is more than any runner waits, and far from overflow.
const maxTime = 365 * 24 * time.Hour

// time reads a duration.
func (w word) time() (time.Duration, error) {
	d, err := time.ParseDuration(w.text)
	if err != nil || d <= 0 || d > maxTime || w.text[0] == '+' {
		return 0, w.expected(aTime)
	}
	return d, nil
}

// count reads a number from 1 on.
func (w word) count() (int, error) {
	n, err := strconv.ParseInt(w.text, 10, 32)
	if err != nil || n < 1 || w.text[0] == '+' {
		return 0, w.expected(aNumber)
	}
	return int(n), nil
}

// percent reads a share, as a share of 1.
func (w word) percent() (float64, error) {
	text, ok := strings.CutSuffix(w.text, "%")
	n, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(n > 0 && n <= 100) {
		return 0, w.expected(aPercent)
	}
	return n / 100, nil
}

// pattern is text in which * stands for any run of characters.
type pattern string

// matches tells whether text is what the pattern says. The empty pattern says nothing.
func (p pattern) matches(text string) bool {
	first, rest, starred := strings.Cut(string(p), "*")
	text, ok := strings.CutPrefix(text, first)
	if !ok || !starred {
		return ok && text == ""
	}
	parts := strings.Split(rest, "*")
	for _, part := range parts[:len(parts)-1] {
		_, after, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}
