package redact

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

// section is a part of a sample: "-- NAME --" and the lines behind it.
type section struct{ name, text string }

func readSections(t testing.TB, path string) (all []section) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(name, " --\n") {
			all = append(all, section{name: strings.TrimSuffix(name, " --\n")})
		} else if len(all) > 0 {
			all[len(all)-1].text += line
		}
	}
	return all
}

// seen learns from a section, and returns it with stand-ins.
func seen(t *testing.T, r *Redactor, s section) (string, bool) {
	t.Helper()
	line := strings.TrimSuffix(s.text, "\n")
	switch s.name {
	case "body":
		if !r.LearnJSON([]byte(s.text)) {
			t.Fatalf("not JSON: %s", s.text)
		}
		return string(r.redactJSON([]byte(s.text), firstValue([]byte(s.text)))), true
	case "head":
		name, value, _ := strings.Cut(line, ": ")
		h := runnertape.Header{{Name: name, Value: value}}
		r.learnHead(h)
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.header(h)[0].Value, true
	case "target":
		r.learnTarget(line)
		return r.String(line), true
	case "text":
		return r.String(s.text), true
	}
	return "", false
}

// Each sample in testdata/find has what one row of docs/protocol.md 3.1 is about: bodies, heads, targets and texts;
// the secrets that must be known after them, what must stay, and the names of what is reported.
func TestFind(t *testing.T) {
	paths, _ := filepath.Glob("testdata/find/*.txtar")
	if len(paths) == 0 {
		t.Fatal("no samples")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			r := New(testKey)
			all := readSections(t, path)
			for _, s := range all {
				seen(t, r, s)
			}
			before, after := "", ""
			for _, s := range all { // all is known now
				if now, ok := seen(t, r, s); ok {
					before, after = before+s.text, after+now
				}
			}
			for _, s := range all {
				for line := range strings.Lines(s.text) {
					value := strings.TrimSpace(line)
					switch s.name {
					case "secrets":
						if strings.Contains(after, value) || !isKnown(r, value) {
							t.Errorf("%s is not found", value)
						}
					case "stay":
						if strings.Contains(before, value) != strings.Contains(after, value) || r.String(value) != value {
							t.Errorf("%s became %s", value, r.String(value))
						}
					case "kept":
						if !slices.Contains(r.Kept(), value) {
							t.Errorf("%s is not reported, only %q", value, r.Kept())
						}
					}
				}
			}
		})
	}
}

func isKnown(r *Redactor, value string) bool {
	form, _ := r.forms.find([]byte(value))
	return r.secrets[value] != nil || form != nil
}
