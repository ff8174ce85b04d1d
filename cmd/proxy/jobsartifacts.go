package main

import (
	"bufio"
	"fmt"
	"strings"

	"runnertape/decode"
)

// writeArtifacts lists what was uploaded and what is in it, and what was downloaded.
func (st *story) writeArtifacts(w *bufio.Writer, s screen) {
	if len(st.Uploads)+len(st.Downloads) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, "artifacts"))
	for _, u := range st.Uploads {
		text := fmt.Sprintf("%s %s %q, %s → %s (exchange %d)", u.Type, u.Format, u.Filename, byteSize(u.FileBytes), statusWord(u.Status), u.Exchange)
		if u.Truncated {
			text += ", broken off"
		}
		writeWrapped(w, s, padded("sent", 9, false), printable(text))
		for _, held := range st.held {
			if held.Exchange == u.Exchange {
				writeInside(w, s, held.jsonContents)
			}
		}
	}
	for _, d := range st.Downloads {
		text := fmt.Sprintf("those of job %d → %s (exchange %d)", d.ProducerJobID, statusWord(d.Status), d.Exchange)
		if d.Status == 200 {
			text = fmt.Sprintf("those of job %d, %s → 200 (exchange %d)", d.ProducerJobID, byteSize(d.BodyBytes), d.Exchange)
		}
		if d.Truncated {
			text += ", broken off"
		}
		writeWrapped(w, s, padded("fetched", 9, false), text)
	}
}

// writeInside lists the files of an archive, in lines that fit.
func writeInside(w *bufio.Writer, s screen, c *jsonContents) {
	const indent = "             " // below what writeWrapped writes
	var b strings.Builder
	inside := *c
	inside.Parts, inside.MoreParts = nil, 0                 // the one part is the artifact
	_ = writeContents(&b, indent, []*jsonContents{&inside}) // a Builder takes everything
	for line := range strings.Lines(b.String()) {
		line = strings.TrimRight(line, "\n")
		if s.width > 0 {
			line = fit(line, s.width)
		}
		fmt.Fprintln(w, s.paint(dim, line))
	}
}

func statusWord(status int) string {
	if status == 0 {
		return "no answer"
	}
	return fmt.Sprint(status)
}

// isKept tells whether GitLab took the artifact.
func isKept(u decode.Upload) bool { return u.Status == 201 }
