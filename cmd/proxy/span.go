package main

import (
	"fmt"
	"time"
)

// span is a time as a person says it, in at most seven columns up to 999 days: "0.4ms", "65ms", "3.0s", "1m03s", "2h05m", "3d04h".
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 0:
		return "-" + span(-d)
	case d < 9950*time.Microsecond:
		return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
	case d < 999500*time.Microsecond:
		return fmt.Sprintf("%dms", d.Round(time.Millisecond).Milliseconds())
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour-time.Second/2:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < day-time.Minute/2:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	d = d.Round(time.Hour)
	return fmt.Sprintf("%dd%02dh", int(d/day), int(d.Hours())%24)
}

// since is how long after a moment something was: "+0.000s", "+1m03.2s", "+2h05m09s", "-0.002s".
func since(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	if d = d.Round(time.Millisecond); d < time.Minute {
		return fmt.Sprintf("%s%.3fs", sign, d.Seconds())
	}
	if d = d.Round(100 * time.Millisecond); d < time.Hour {
		return fmt.Sprintf("%s%dm%04.1fs", sign, int(d.Minutes()), (d % time.Minute).Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%s%dh%02dm%02ds", sign, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}
