package redact

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// FuzzCues holds that a cue that is read in a text that goes on tells the same, or that it needs more.
func FuzzCues(f *testing.F) {
	cueLines(f, func(text string, _ []string) { f.Add([]byte(text), uint(len(text)/2)) })
	f.Fuzz(func(t *testing.T, text []byte, cut uint) {
		if len(text) > maxCue {
			t.Skip()
		}
		for _, c := range cues {
			for _, beginning := range c.texts {
				at := bytes.Index(text, []byte(beginning))
				if at < 0 {
					continue
				}
				p := text[at:]
				n := len(beginning) + int(cut%uint(len(p)-len(beginning)+1))
				part, open := readAll(c, p[:n])
				if whole, _ := readAll(c, p); !open && !slices.Equal(part, whole) {
					t.Fatalf("%s: %q tells %q, %q tells %q", c.kind, p[:n], part, p, whole)
				}
				for _, value := range part {
					if !bytes.Contains(p[:n], []byte(value)) {
						t.Fatalf("%s: %q is not in %q", c.kind, value, p[:n])
					}
				}
			}
		}
	})
}

func readAll(c cue, p []byte) (all []string, open bool) {
	open = c.read(p, func(value string) { all = append(all, value) })
	return all, open
}

// FuzzContents holds that whatever a variable is, its value is JSON if it was, of the same length.
func FuzzContents(f *testing.F) {
	paths := []string{"files", "docker", "variables"}
	for _, path := range paths {
		for _, s := range readSections(f, "testdata/find/"+path+".txtar") {
			f.Add(s.text)
		}
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := New(testKey)
		r.learnVariables([]variable{{key: "V", value: value}}, nil)
		got := r.String(value)
		if twice := r.String(got); len(got) != len(value) || twice != got && !strings.Contains(value, "\\") {
			t.Fatalf("%q became\n%q, then\n%q", value, got, twice)
		}
	})
}

// BenchmarkCues is the pass over texts that are full of one cue.
func BenchmarkCues(b *testing.B) {
	for _, c := range cues {
		text := []byte(strings.Repeat(c.texts[0], 1<<20/len(c.texts[0])))
		b.Run(strings.ReplaceAll(c.kind+"/"+strings.TrimSpace(c.texts[0]), " ", "_"), func(b *testing.B) {
			r := New(testKey)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r.Bytes(bytes.Clone(text))
			}
		})
	}
}
