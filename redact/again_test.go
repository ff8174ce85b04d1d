package redact

import (
	"path/filepath"
	"strings"
	"testing"
)

// What was redacted and is redacted again, by one that knows nothing but the key, stays as it is.
func TestFoundAgain(t *testing.T) {
	var payloads, logs []string
	paths, _ := filepath.Glob("testdata/find/*.txtar")
	for _, path := range paths {
		log := ""
		for _, s := range readSections(t, path) {
			switch s.name {
			case "body":
				payloads = append(payloads, s.text)
			case "secrets":
				log += s.text
			}
		}
		logs = append(logs, log)
	}
	rnd := newRandom(3)
	for range 20 {
		p := newPayload(rnd)
		payloads = append(payloads, string(p.body))
		logs = append(logs, strings.Join(p.printed, "\r\n2026-01-02T03:04:05.123456Z 00O "))
	}
	cueLines(t, func(text string, _ []string) { logs = append(logs, text) })
	pass := func() (bodies, texts []string) {
		r := New(testKey)
		for _, body := range payloads {
			r.LearnJSON([]byte(body))
		}
		for _, log := range logs {
			r.String(log) // what one tells may be in another
		}
		for _, body := range payloads {
			bodies = append(bodies, string(r.redactJSON([]byte(body), firstValue([]byte(body)))))
		}
		for _, log := range logs {
			texts = append(texts, r.String(log))
		}
		return bodies, texts
	}
	onceBodies, onceTexts := pass()
	payloads, logs = onceBodies, onceTexts
	twiceBodies, twiceTexts := pass()
	for i := range onceBodies {
		sameText(t, onceBodies[i], twiceBodies[i])
	}
	for i := range onceTexts {
		sameText(t, onceTexts[i], twiceTexts[i])
	}
}

// sameText shows the first place where two texts of the same length differ.
func sameText(t *testing.T, once, twice string) {
	t.Helper()
	for i := range once {
		if once[i] != twice[i] {
			from, to := max(0, i-80), min(len(once), i+80)
			t.Errorf("…%s…\nbecame\n…%s…", once[from:to], twice[from:to])
			return
		}
	}
}
