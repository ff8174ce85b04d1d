package redact

import (
	"os"
	"slices"
	"strings"
	"testing"
)

var cueEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t")

// cueLines are the samples of testdata/cues.txt.
func cueLines(t testing.TB, tell func(text string, want []string)) {
	all, err := os.ReadFile("testdata/cues.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(all)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var want []string
		if i := strings.LastIndex(line, " => "); i >= 0 {
			want, line = strings.Fields(line[i+4:]), line[:i]
			if strings.Contains(line, strings.Join(want, " ")) { // a value with blanks
				want = []string{strings.Join(want, " ")}
			}
		}
		tell(cueEscapes.Replace(line), want)
	}
}

func TestCues(t *testing.T) {
	cueLines(t, func(text string, want []string) {
		var got []string
		readCues([]byte(text), func(_, value string) {
			if !slices.Contains(got, value) {
				got = append(got, value)
			}
		})
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q\n told %q, want %q", text, got, want)
		}
	})
}

// What is found is replaced where it stands, however the text is cut, and a second time nothing changes.
func TestCuesReplaced(t *testing.T) {
	rnd := newRandom(5)
	cueLines(t, func(text string, want []string) {
		text = "before it " + text + "\n"
		got := New(testKey).String(text)
		for _, value := range want {
			if strings.Contains(got, value) {
				t.Errorf("%q is left in %q", value, got)
			}
		}
		if len(want) == 0 && got != text {
			t.Errorf("%q became %q", text, got)
		}
		if twice := New(testKey).String(got); twice != got || len(got) != len(text) {
			t.Errorf("%q became\n%q, then\n%q", text, got, twice)
		}
		for _, longest := range []int{1, 7, 60} {
			if cut := inPieces(New(testKey), rnd, text, longest); cut != got {
				t.Errorf("%q in pieces became\n%q, want\n%q", text, cut, got)
			}
		}
	})
}

// A cue that is cut says that it needs more, or has told all there is.
func TestCuesCut(t *testing.T) {
	cueLines(t, func(text string, want []string) {
		for _, c := range cues {
			for _, beginning := range c.texts {
				at := strings.Index(text, beginning)
				if at < 0 {
					continue
				}
				whole, _ := readAll(c, []byte(text[at:]+"\n\n"))
				for end := at + len(beginning); end < len(text); end++ {
					if part, open := readAll(c, []byte(text[at:end])); !open && !slices.Equal(part, whole) {
						t.Errorf("%q tells %q, %q tells %q", text[at:end], part, text[at:], whole)
					}
				}
			}
		}
	})
}

func TestCueTexts(t *testing.T) {
	for _, c := range cues {
		for i, text := range c.texts {
			if len(text) < minCue || slices.Contains(c.texts[:i], text) {
				t.Errorf("%s: %q", c.kind, text)
			}
			for n := len(text); n < len(text)+20; n++ { // whatever is behind it
				c.read([]byte(text+strings.Repeat("\\", n-len(text))), func(string) {})
			}
		}
	}
}
