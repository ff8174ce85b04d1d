package store

import (
	"math"
	"testing"
	"time"
)

// A time that cannot be kept is the nearest that can.
func TestNanoseconds(t *testing.T) {
	for at, want := range map[time.Time]int64{
		{}:              0,
		time.Unix(1, 2): 1_000_000_002,
		time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC): math.MaxInt64,
		time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC):    math.MinInt64,
		time.Unix(0, math.MinInt64):                 math.MinInt64,
	} {
		if got := nanoseconds(at); got != want {
			t.Errorf("%v: %d, not %d", at, got, want)
		}
	}
}
