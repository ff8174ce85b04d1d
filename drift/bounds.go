package drift

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a [Schema], far above what the protocol has, so that a recording of
// something else, or of somebody who makes up names, does not take memory without end.
const (
	maxThings     = 1 << 17 // names and paths, in all: about 30 MB
	maxSituations = 64      // of an endpoint
	maxAnswers    = 64      // statuses of a situation
	maxNames      = 512     // of header fields, or of query keys, of one message
	maxNodes      = 8192    // paths of JSON of one message
	maxKeys       = 256     // of one object: with more it is taken for a map whose keys are data
	maxDepth      = 32      // of JSON
	maxWords      = 1024    // values of one field
	maxJobNames   = 4096    // names of jobs
	maxText       = 80      // bytes of a name or value
)

// room tells whether there is room for one more name or path, and takes it.
func (s *Schema) room() bool {
	if s.things >= maxThings {
		s.leftOut("names and paths after the first " + strconv.Itoa(maxThings) + " are not compared")
		return false
	}
	s.things++
	return true
}

// leftOut notes a bound that was met.
func (s *Schema) leftOut(what string) {
	if !slices.Contains(s.over, what) {
		s.over = append(s.over, what)
	}
}

// LeftOut says, in sentences for people, what was not compared because there was too much of it.
func (s *Schema) LeftOut() []string { return slices.Clone(s.over) }

// short is a name of which no more is kept than a person reads.
func short(s string) string {
	if len(s) > maxText {
		cut := maxText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
