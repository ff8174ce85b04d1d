package main

import (
	"testing"
	"time"
)

// A bar is as long as its time is of the whole, one column at least, and never leaves the ground.
func TestBars(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	from := time.Unix(0, 0)
	b := newBars(from, from.Add(10*time.Second), 10)
	tests := []struct {
		began, d time.Duration
		want     string
	}{
		{0, 10 * time.Second, "##########"},
		{0, 0, "#........."},
		{4 * time.Second, 2 * time.Second, "....##...."},
		{4 * time.Second, time.Millisecond, "....#....."},
		{10 * time.Second, time.Millisecond, ".........#"},
		{4400 * time.Millisecond, 1200 * time.Millisecond, "....##...."},
		{5600 * time.Millisecond, 4400 * time.Millisecond, "......####"},
		{9 * time.Second, 9 * time.Second, ".........#"},
		{-5 * time.Second, 7 * time.Second, "##........"},
		{-5 * time.Second, 2 * time.Second, "#........."},
		{time.Hour, time.Hour, ".........#"},
	}
	for _, test := range tests {
		if got := b.at(from.Add(test.began), test.d); got != test.want {
			t.Errorf("at(%v, %v) = %q, want %q", test.began, test.d, got, test.want)
		}
	}
	for d, want := range map[time.Duration]string{0: "#", 1: "#", 3 * time.Second: "###", time.Hour: "##########"} {
		if got := b.bar(d); got != want {
			t.Errorf("bar(%v) = %q, want %q", d, got, want)
		}
	}
	if got := newBars(from, from, 3).at(from, 0); got != "#.." {
		t.Errorf("of no time at all: %q", got)
	}
}

func TestPlainText(t *testing.T) {
	tests := []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", false},
		{"", "", "de_DE.UTF-8", false},
		{"", "", "C.utf8", false},
		{"", "", "C", true},
		{"", "en_US.ISO-8859-1", "C.UTF-8", true},
		{"C.UTF-8", "POSIX", "C", false},
		{"POSIX", "", "C.UTF-8", true},
	}
	for _, test := range tests {
		t.Setenv("LC_ALL", test.all)
		t.Setenv("LC_CTYPE", test.ctype)
		t.Setenv("LANG", test.lang)
		if got := plainText(); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
