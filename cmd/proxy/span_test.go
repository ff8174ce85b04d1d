package main

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0.0ms"},
		{430 * time.Microsecond, "0.4ms"},
		{9949 * time.Microsecond, "9.9ms"},
		{9950 * time.Microsecond, "10ms"},
		{999499 * time.Microsecond, "999ms"},
		{999500 * time.Microsecond, "1.0s"},
		{3 * time.Second, "3.0s"},
		{59949 * time.Millisecond, "59.9s"},
		{59950 * time.Millisecond, "1m00s"},
		{63 * time.Second, "1m03s"},
		{time.Hour - time.Second, "59m59s"},
		{time.Hour - time.Millisecond, "1h00m"},
		{125 * time.Minute, "2h05m"},
		{24*time.Hour - time.Second, "1d00h"},
		{76 * time.Hour, "3d04h"},
		{-63 * time.Second, "-1m03s"},
	}
	for _, test := range tests {
		if got := span(test.d); got != test.want {
			t.Errorf("span(%v) = %q, want %q", test.d, got, test.want)
		}
	}
}

func TestSince(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "+0.000s"},
		{-1600 * time.Microsecond, "-0.002s"},
		{59*time.Second + 999400*time.Microsecond, "+59.999s"},
		{59*time.Second + 999600*time.Microsecond, "+1m00.0s"},
		{63250 * time.Millisecond, "+1m03.3s"},
		{time.Hour - time.Millisecond, "+1h00m00s"},
		{2*time.Hour + 5*time.Minute + 9*time.Second, "+2h05m09s"},
	}
	for _, test := range tests {
		if got := since(test.d); got != test.want {
			t.Errorf("since(%v) = %q, want %q", test.d, got, test.want)
		}
	}
}
