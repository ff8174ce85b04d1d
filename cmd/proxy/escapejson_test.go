package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// JSON means the same and drives no terminal, in whatever pieces it is written.
func TestEscapedJSON(t *testing.T) {
	const text = "plain é 漢 😀 \x1b[31m \u009b31m \x7f \u202e \u2066 \u061c \u200f \ufffd"
	for _, size := range []int{1, 2, 3, 5, 1000} {
		var line, stream bytes.Buffer
		mustDo(t, newJSONLines().write(&line, text))
		quoted, err := json.Marshal(text)
		mustDo(t, err)
		w := newJSONEscaper(&stream)
		for rest := append(quoted, '\n'); len(rest) > 0; {
			n := min(size, len(rest))
			_, err := w.Write(rest[:n])
			mustDo(t, err)
			rest = rest[n:]
		}
		mustDo(t, w.Close())
		for _, out := range []string{line.String(), stream.String()} {
			var back string
			mustDo(t, json.Unmarshal([]byte(out), &back))
			if back != text || strings.ContainsFunc(strings.TrimSuffix(out, "\n"), isControl) {
				t.Errorf("in pieces of %d: %q", size, out)
			}
		}
	}
}
