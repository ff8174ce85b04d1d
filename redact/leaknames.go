package redact

import (
	"bytes"
	"math"
	"regexp"
	"strings"
)

// stood are words of values that stand where a secret belongs, as in documentation.
var stood = regexp.MustCompile(`(?i)example|placeholder|change_?me|dummy|redacted|masked|filtered|your[-_]|xxxxxx|\*\*\*\*|<[a-z]|\{\{`)

// maxBeside bounds the distance of a value's end from its name.
const maxBeside = 4 << 10

// minBeside is the least length of a value that is suspicious beside a name.
const minBeside = 12

// nameWindow looks for secrets beside telling names, in a text that is given in pieces.
type nameWindow struct {
	found     func(Leak)
	isStandIn func(value string) bool
	text      []byte // that was given, from before what is not decided yet
	at        int    // of text in all of it
	next      int    // first byte of text that was not looked at
}

func (w *nameWindow) write(p []byte) {
	w.text = append(w.text, p...)
	if len(w.text) >= 16*maxBeside {
		w.look(len(w.text) - maxBeside)
		if drop := w.next - maxLookBack; drop > 0 {
			w.text = w.text[:copy(w.text, w.text[drop:])]
			w.at, w.next = w.at+drop, w.next-drop
		}
	}
}

func (w *nameWindow) end() { w.look(len(w.text)) }

// look takes each sign between a name and a value, up to end.
func (w *nameWindow) look(end int) {
	for ; w.next < end; w.next++ {
		step := bytes.IndexAny(w.text[w.next:end], "=:")
		if step < 0 {
			w.next = end
			return
		}
		w.next += step
		if at := w.next; at == 0 || w.text[at-1] != ':' && w.text[at-1] != '=' { // of := and == the first
			w.beside(at)
		}
	}
}

// beside looks at the value behind the sign at i.
func (w *nameWindow) beside(i int) {
	name := nameBefore(w.text[max(0, i-maxLookBack) : i+1])
	if !isTelling(name) {
		return
	}
	from, to := valueBehind(w.text, i+1)
	value := string(w.text[from:to])
	if !looksRandom(value) || w.isStandIn(value) {
		return
	}
	w.found(Leak{Kind: "random value", At: w.at + from, Len: to - from, Where: name, Value: value})
}

// alsoTelling are the ends of names beside which a person looks twice, in lower case and without what separates
// words. That is not enough to replace what stands there.
var alsoTelling = []string{"credential", "credentials", "authkey", "signingkey", "apikey", "secret", "token"}

// isTelling tells whether a name is one beside which a secret stands.
func isTelling(name string) bool {
	var room [64]byte
	squashed := room[:0]
	for i := max(0, len(name)-len(room)); i < len(name); i++ {
		if alphabet(name[i]) != "" {
			squashed = append(squashed, name[i]|0x20) // digits have that bit
		}
	}
	for _, end := range alsoTelling {
		if bytes.HasSuffix(squashed, []byte(end)) {
			return true
		}
	}
	return isSecretName(name)
}

// entry is the name in the object of a job's payload whose value comes next.
var entry = regexp.MustCompile(`"key"\s*:\s*"([\w.-]+)"\s*,\s*"value"\s*:\s*"?$`)

// nameBefore is the name that text ends with, before what may stand between it and its value: in JSON,
// YAML, a query, an environment, a header. Of an entry of a list of variables it is the variable's.
func nameBefore(text []byte) string {
	end := len(bytes.TrimRight(text, `=:>"'\ `+"\t"))
	if !bytes.ContainsAny(text[end:], "=:") {
		return ""
	}
	start := end
	for start > 0 && isNameByte(text[start-1]) {
		start--
	}
	name := string(text[start:end])
	if name == "value" {
		if m := entry.FindSubmatch(text); m != nil {
			return string(m[1])
		}
	}
	return name
}

// valueBehind is where the value lies that begins at i or a little behind.
func valueBehind(text []byte, i int) (from, to int) {
	limit := min(len(text), i+maxBeside)
	quote := byte(0)
	for ; i < limit && bytes.IndexByte([]byte(" \t=>\\\"'`"), text[i]) >= 0; i++ {
		if c := text[i]; c == '"' || c == '\'' || c == '`' {
			quote = c
			i++
			break
		}
	}
	to = i
	for to < limit && text[to] > ' ' && text[to] < 0x7f {
		c := text[to]
		if c == quote && quote != 0 || c == '\\' || quote == 0 && bytes.IndexByte([]byte("&,;\"'`<>(){}[]|"), c) >= 0 {
			break
		}
		to++
	}
	if to < limit && quote == 0 && (text[to] == '(' || text[to] == '[') {
		return i, i // a call
	}
	return i, to
}

// looksRandom tells whether a value looks made up by a machine, or by somebody who was told to make it look
// so: letters and digits in one another. Names of machines, versions, times, paths and URLs do not.
func looksRandom(value string) bool {
	if len(value) < minBeside || strings.Contains(value, "://") || strings.ContainsAny(value[:1], "$%/.@") ||
		strings.Contains(value, "$(") || strings.Contains(value, "${") || stood.MatchString(value) || entropy(value) < minEntropy {
		return false
	}
	mixed, switches := 0, 0
	for piece := range strings.FieldsFuncSeq(value, func(c rune) bool { return c < 128 && alphabet(byte(c)) == "" }) {
		n := 0
		for i := 1; i < len(piece); i++ {
			if (alphabet(piece[i]) == digits) != (alphabet(piece[i-1]) == digits) {
				n++
			}
		}
		if n > 0 {
			mixed += len(piece)
			switches = max(switches, n)
			if len(piece) >= minBeside {
				return true
			}
		}
	}
	return mixed >= minSecret && switches > 1
}

// minEntropy is in bits a byte. Twelve letters and digits at random have 3.4 on the average and hardly ever less
// than 3.0; words have it too, so that it alone tells nothing.
const minEntropy = 3.0

// entropy is Shannon's, of the bytes.
func entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}
