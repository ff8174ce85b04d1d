package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape/decode"
)

// told is what steps are folded to, in words. Each word of said is an event, a second after the one before: p is a
// piece of the log of 100 bytes, k a keep-alive, r one that was refused, _ is twenty minutes in which nothing happens,
// and others stand for themselves.
func told(said string) []string {
	var list []step
	patches := map[uint64]decode.Patch{}
	at := time.Unix(0, 0)
	for i, word := range strings.Fields(said) {
		if word == "_" {
			at = at.Add(20 * time.Minute)
			continue
		}
		id := uint64(i + 1)
		at = at.Add(time.Second)
		s := step{Event: decode.Event{Exchange: id, At: at, Gist: word}}
		switch word {
		case "p":
			s.kind = tracePart
			patches[id] = decode.Patch{Exchange: id, Start: int64(len(patches)) * 100, Bytes: 100}
		case "k":
			s.kind = tracePart
		case "r":
			s.kind, s.mark = "refused", "try again"
		}
		list = append(list, s)
	}
	var shown []string
	for _, group := range folded(list, time.Hour) {
		shown = append(shown, groupWords(group, patches))
	}
	return shown
}

func TestFolded(t *testing.T) {
	tests := []struct {
		said string
		want []string
	}{
		{"", nil},
		{"a b", []string{"a", "b"}},
		{"a a a a", []string{"a", "a", "a", "a"}},
		{"p p", []string{"p", "p"}},
		{"a p p p b", []string{"a", "3 patches 0-299 → 202, every 1.0s", "b"}},
		{"p k p k p", []string{"3 patches 0-299 → 202, 2 keep-alives → 200, every 1.0s"}},
		{"k p k", []string{"1 patch 0-99 → 202, 2 keep-alives → 200, every 1.0s"}},
		{"k k k k", []string{"4 keep-alives → 200, every 1.0s"}},
		{"p p p r p p p", []string{"3 patches 0-299 → 202, every 1.0s", "r [try again]", "3 patches 300-599 → 202, every 1.0s"}},
		{"p p p _ p p p p", []string{"3 patches 0-299 → 202, every 1.0s", "4 patches 300-699 → 202, every 1.0s"}},
		{"p _ p _ p _ p", []string{"4 patches 0-399 → 202, every 20m01s"}},
		{"r r r r", []string{"r ×4, every 1.0s [try again]"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, told(test.said)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", test.said, diff)
		}
	}
}

// The middle of the pauses does not mind one that is long.
func TestMedian(t *testing.T) {
	var group []step
	for _, second := range []int64{0, 3, 6, 600, 603} {
		group = append(group, step{Event: decode.Event{At: time.Unix(second, 0)}})
	}
	if got := median(group); got != 3*time.Second {
		t.Error(got)
	}
	if got := median(group[:2]); got != 0 {
		t.Errorf("%v of two", got)
	}
}

func TestQuiet(t *testing.T) {
	tests := []struct {
		d, whole time.Duration
		want     bool
	}{
		{time.Second, 30 * time.Second, true},
		{time.Second, 31 * time.Second, false},
		{900 * time.Millisecond, time.Second, false},
		{time.Minute, time.Hour, false},
		{2 * time.Minute, time.Hour, true},
	}
	for _, test := range tests {
		if got := isQuiet(test.d, test.whole); got != test.want {
			t.Errorf("isQuiet(%v, %v) = %v", test.d, test.whole, got)
		}
	}
}
