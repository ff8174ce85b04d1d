package main

import (
	"math"
	"strconv"
	"strings"

	"runnertape"
)

// numbers is a range of whole numbers, both ends included.
type numbers struct{ from, to uint64 }

func (n numbers) has(i uint64) bool { return n.from <= i && i <= n.to }

// parseNumbers reads "5", "3-7" or "7-".
func parseNumbers(text string) (n numbers, err error) {
	first, last, two := strings.Cut(text, "-")
	if n.from, err = strconv.ParseUint(first, 10, 63); err != nil {
		return n, err
	}
	switch {
	case !two:
		n.to = n.from
	case last == "":
		n.to = math.MaxUint64
	default:
		n.to, err = strconv.ParseUint(last, 10, 63)
	}
	if err == nil && (n.from == 0 || n.to < n.from) {
		err = strconv.ErrRange
	}
	return n, err
}

// readStatuses takes codes, the same with x for any digit, ranges, and none.
func (f *filter) readStatuses(texts []string) error {
	var wanted []numbers
	for _, text := range texts {
		if text == "none" {
			wanted = append(wanted, numbers{0, 0})
			continue
		}
		first, last, two := strings.Cut(strings.ToLower(text), "-")
		if !two {
			last = first
		}
		from, err := parseStatus(first, "0")
		to, otherErr := parseStatus(last, "9")
		if err != nil || otherErr != nil || from > to {
			return usagef("--status: %q is no status code, as 404, 4xx, 400-409 or none is", text)
		}
		wanted = append(wanted, numbers{from, to})
	}
	if len(wanted) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			for _, n := range wanted {
				if n.has(uint64(x.Status())) {
					return true
				}
			}
			return false
		})
	}
	return nil
}

// parseStatus reads a code of three digits, in which the last ones may be x.
func parseStatus(text, digit string) (uint64, error) {
	known := strings.TrimRight(text, "x")
	if len(text) != 3 || known == "" || known[0] == '0' {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(known+strings.Repeat(digit, len(text)-len(known)), 10, 16)
}

// from are the exchanges of src, as far as the numbers that are wanted reach.
func (f *filter) from(src recording) exchanges {
	first, last := uint64(math.MaxUint64), uint64(0)
	for _, n := range f.ids {
		first, last = min(first, n.from), max(last, n.to)
	}
	if len(f.ids) == 0 {
		return src.Exchanges()
	}
	all := src.Exchanges()
	if src, ok := src.(interface{ ExchangesFrom(uint64) exchanges }); ok {
		all = src.ExchangesFrom(first)
	}
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range all {
			if err == nil && x.ID > last || !yield(x, err) {
				return
			}
		}
	}
}
