package logdiff

import (
	"bytes"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"runnertape/decode"
)

// MaxLog is how many bytes of a log are compared: a longer one is compared up to there.
const MaxLog = 512 << 10

// maxLines bounds the lines that a Difference shows, and maxLine their lengths in bytes.
const (
	maxLines = 40
	maxLine  = 300
)

// Difference is what differs between two logs. The zero value is of logs that say the same.
type Difference struct {
	Removed int      `json:"removed,omitempty"` // lines of scripts that only the recorded log has
	Added   int      `json:"added,omitempty"`   // lines of scripts that only the replayed log has
	Runner  int      `json:"runner,omitempty"`  // lines of the runner itself that only one of them has; other versions have others
	Lines   []string `json:"lines,omitempty"`   // the first of those of scripts, with "-" or "+" before them
}

// Same tells whether the scripts wrote the same.
func (d Difference) Same() bool { return d.Removed+d.Added == 0 }

// Compare compares the first MaxLog bytes of two logs.
func Compare(recorded, replayed []byte) Difference {
	a, b := split(recorded), split(replayed)
	var d Difference
	changed(a.script, b.script, func(line string) {
		if line[0] == '-' {
			d.Removed++
		} else {
			d.Added++
		}
		if len(d.Lines) < maxLines {
			d.Lines = append(d.Lines, short(line))
		}
	})
	changed(a.runner, b.runner, func(string) { d.Runner++ })
	return d
}

// short is a line, or the beginning of a long one, in whole words: half a secret is not known for one by who looks for them.
func short(line string) string {
	if len(line) <= maxLine {
		return line
	}
	return line[:max(1, 1+strings.LastIndexAny(line[1:maxLine], " \t"))] + "…" // with its sign
}

// changed calls f with each line that only one of two texts has.
func changed(recorded, replayed []byte, f func(line string)) {
	if bytes.Equal(recorded, replayed) {
		return
	}
	text := diff.Diff("recorded", recorded, "replayed", replayed)
	for hunk := false; len(text) > 0; {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		switch {
		case bytes.HasPrefix(line, []byte("@@")):
			hunk = true
		case hunk && len(line) > 0 && (line[0] == '-' || line[0] == '+'):
			f(string(line))
		}
	}
}

// halves are the lines of a log, each with a line end.
type halves struct{ script, runner []byte }

// split makes lines comparable.
func split(log []byte) (h halves) {
	log = log[:min(len(log), MaxLog)]
	var lines []decode.LogLine
	sections, folder := false, ""
	for line := range decode.LogLines(log) {
		lines = append(lines, line)
		sections = sections || line.Section != ""
		if m := builds.FindStringSubmatch(line.Text); m != nil && folder == "" {
			folder = m[1]
		}
	}
	for _, line := range lines {
		text := line.Text
		if folder != "" {
			text = strings.ReplaceAll(text, folder, "$CI_PROJECT_DIR")
		}
		if scripted(line, sections) {
			h.script = append(append(h.script, text...), '\n')
		} else if text, ok := own(text); ok {
			h.runner = append(append(h.runner, text...), '\n')
		}
	}
	return h
}
