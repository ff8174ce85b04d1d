package main

import (
	"fmt"
	"strings"
)

// count is "1 job", "2 jobs", "3 patches", "4 entries".
func count(n int64, thing string) string {
	stem, isY := strings.CutSuffix(thing, "y")
	switch {
	case n == 1:
		return "1 " + thing
	case isY:
		thing = stem + "ie"
	case strings.HasSuffix(thing, "ch"):
		thing += "e"
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// byteSize is n in a unit that keeps it short.
func byteSize(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
