package main

import (
	"math"
	"os"
	"strings"
	"time"
)

// bars draws how long things took beside one another.
type bars struct {
	full, rest string    // one column of a bar, and of the ground it stands on
	from       time.Time // where the ground begins
	whole      time.Duration
	width      int // of the ground, in columns
}

// plainText tells whether the locale has no characters but those of ASCII, as POSIX says: of these variables
// the first that is not empty counts. Where none says anything the screen shows UTF-8, as nearly all do.
func plainText() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToUpper(os.Getenv(name)); value != "" {
			return !strings.Contains(value, "UTF-8") && !strings.Contains(value, "UTF8")
		}
	}
	return false
}

// newBars draws on width columns what was between from and to.
func newBars(from, to time.Time, width int) bars {
	b := bars{full: "█", rest: "·", from: from, whole: max(1, to.Sub(from)), width: max(1, width)}
	if plainText() {
		b.full, b.rest = "#", "."
	}
	return b
}

// bar is as long as d is of the whole, one column at least.
func (b bars) bar(d time.Duration) string {
	return strings.Repeat(b.full, max(1, b.column(b.from.Add(d))))
}

// at shows on the ground what began at that time and took d; it is one column at least. What ends where something
// else begins ends there in the drawing too.
func (b bars) at(began time.Time, d time.Duration) string {
	from, to := b.column(began), b.column(began.Add(d))
	from = min(from, b.width-1)
	to = max(to, from+1)
	return strings.Repeat(b.rest, from) + strings.Repeat(b.full, to-from) + strings.Repeat(b.rest, b.width-to)
}

// column is how many columns of the ground are before t.
func (b bars) column(t time.Time) int {
	at := float64(t.Sub(b.from)) / float64(b.whole) * float64(b.width)
	return int(math.Round(max(0, min(at, float64(b.width)))))
}
