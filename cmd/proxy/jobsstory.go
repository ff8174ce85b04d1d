package main

import (
	"bufio"
	"fmt"
	"strings"

	"runnertape/decode"
	"runnertape/findings"
)

// story is all that is told of one job.
type story struct {
	*decode.Job
	path    string // of the recording, as it was named
	summary *jsonJob
	log     *decode.Log
	odd     []findings.Finding
	held    []jsonHeld
	turns   []decode.Turn
	retries []decode.Retry
}

// tellStory is of the jobs of that number: mostly one, but a GitLab that was set up anew hands numbers out again.
func tellStory(w *bufio.Writer, s screen, src recording, all exchanges, path string, id int64, asJSON bool) error {
	stories, err := readStories(src, all, id, asJSON)
	if err != nil {
		return err
	}
	if len(stories) == 0 {
		return fmt.Errorf("job %d is not in the recording (proxy jobs lists what is)", id)
	}
	lines := newJSONLines()
	for i, st := range stories {
		if asJSON {
			if err := lines.write(w, st.json()); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			w.WriteByte('\n')
		}
		st.path = path
		st.write(w, s)
	}
	return nil
}

func (st *story) write(w *bufio.Writer, s screen) {
	st.writeHead(w, s)
	where := extentOf(st.Job)
	w.WriteByte('\n')
	writePhases(w, s, st.Job, where)
	st.writeTimeline(w, s, where)
	st.writeLog(w, s)
	st.writeArtifacts(w, s)
	st.writeFindings(w, s)
	st.writeNext(w, s)
}

// writeFindings prints each with what it rests on.
func (st *story) writeFindings(w *bufio.Writer, s screen) {
	if len(st.odd) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, "findings"))
	for _, f := range st.odd {
		writeWrapped(w, s, s.paint(weightColour(f.Weight), padded(string(f.Weight), 9, false)), printable(f.Text)+" "+restsOn(f))
	}
}

// restsOn is what a finding is called and rests on: "(trace_gap, exchange 7; docs/protocol.md §2.4)".
func restsOn(f findings.Finding) string {
	rests := fmt.Sprintf("(%s, %s; docs/protocol.md §%s)", f.Kind, exchangeList(f.Exchanges), f.Section)
	if f.Repeated > 1 {
		rests = fmt.Sprintf("×%d %s", f.Repeated, rests)
	}
	return rests
}

func exchangeList(ids []uint64) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, fmt.Sprint(id))
	}
	if len(parts) == 1 {
		return "exchange " + parts[0]
	}
	return "exchanges " + strings.Join(parts, ", ")
}

// wordCharacters need no quotes in a shell.
const wordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"

// writeNext says what to look at then.
func (st *story) writeNext(w *bufio.Writer, s screen) {
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, "next"))
	recording := ""
	if st.path != defaultRecording {
		recording = " " + st.path
		if strings.Trim(st.path, wordCharacters) != "" || strings.HasPrefix(st.path, "-") {
			recording = " -- " + shellWord(st.path)
		}
	}
	for _, next := range []struct{ flag, shows string }{{"-v", "what was said"}, {"--trace", "its log"}} {
		fmt.Fprintf(w, "  %s  %s\n", padded(next.shows, 13, false), s.paint(dim, fmt.Sprintf("proxy dump --job %d %s%s", st.ID, next.flag, recording)))
	}
}

// writeWrapped prints text after a name of 9 columns, in as many lines as it needs.
func writeWrapped(w *bufio.Writer, s screen, name, text string) {
	const margin = 2 + 9 + 2
	lines := []string{text}
	if s.width > 0 {
		lines = wrapped(text, s.width-margin)
	}
	fmt.Fprintf(w, "  %s  %s\n", name, strings.Join(lines, "\n"+strings.Repeat(" ", margin)))
}
