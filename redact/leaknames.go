package redact

import (
	"bytes"
	"math"
	"regexp"
)

// stood are words of values that stand where a secret belongs, as in documentation, and what a script or a mask puts
// into a value.
var stood = regexp.MustCompile(`(?i:example|placeholder|change_?me|dummy|xxxxxx)|\$[A-Z_]{3}|\$[{(]|\[MASKED`)

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

// look takes each sign between a name and a value, up to end, and each token of another service.
func (w *nameWindow) look(end int) {
	w.forms(end)
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
	begin := max(0, i-maxLookBack)
	name, end := nameIn(w.text[begin : i+1])
	if !isTelling(name) {
		return
	}
	from := begin + end
	value, _ := readSetting(w.text[from:min(len(w.text), from+maxBeside)])
	if !looksRandom(string(value)) || w.isStandIn(string(value)) {
		return
	}
	at := from + bytes.Index(w.text[from:], value)
	w.found(Leak{Kind: "random value", At: w.at + at, Len: len(value), Where: name, Value: string(value)})
}

// isTelling tells whether a name is one beside which a person looks twice. That alone is not enough to
// replace what stands there.
func isTelling(name string) bool {
	return isSecretName(name) || endsIn(name, "credential") || endsIn(name, "credentials") || endsIn(name, "authkey") || endsIn(name, "signingkey")
}

// entry is the name in the object of a job's payload whose value comes next.
var entry = regexp.MustCompile(`"key"\s*:\s*"([\w.-]+)"\s*,\s*"value"\s*:\s*"?$`)

// nameBefore is the name that nameIn reads.
func nameBefore(text []byte) string {
	name, _ := nameIn(text)
	return name
}

// nameIn is the name that text ends with, up to end, before what may stand between it and its value: in JSON,
// YAML, a query, an environment, a header. Of an entry of a list of variables it is the variable's.
func nameIn(text []byte) (name string, end int) {
	end = len(bytes.TrimRight(text, `=:>"'\ `+"\t"))
	if !bytes.ContainsAny(text[end:], "=:") {
		return "", end
	}
	start := end
	for start > 0 && isNameByte(text[start-1]) {
		start--
	}
	name = string(text[start:end])
	if name == "value" {
		if m := entry.FindSubmatch(text); m != nil {
			name = string(m[1])
		}
	}
	return name, end
}

// looksRandom tells whether a value looks made up by a machine, and is long enough to be suspicious by that alone.
func looksRandom(value string) bool {
	return len(value) >= minBeside && isMachineMade(value) && !stood.MatchString(value) && entropy(value) >= minEntropy
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
