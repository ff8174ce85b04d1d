package proxy

import (
	"strconv"
	"strings"
	"testing"

	"runnertape"
)

// talk is one case of testdata/fidelity.txt, whose head has its syntax.
type talk struct {
	name   string
	steps  []talkStep
	losses map[runnertape.Way][]string
	cuts   bool // has an end that only TLS has
}

type talkStep struct {
	upstream bool   // the upstream says it
	ahead    bool   // the recorder may hold it back
	text     string // but for {base} and {host}
	end      string // close, reset or cut, instead of text
}

func parseTalks(t testing.TB, file string) (talks []talk) {
	t.Helper()
	for i, line := range strings.Split(file, "\n") {
		kind, text, _ := strings.Cut(line, " ")
		if kind == "" || kind == "#" {
			continue
		}
		if kind == "=" {
			talks = append(talks, talk{name: text, losses: map[runnertape.Way][]string{}})
			continue
		}
		c := &talks[len(talks)-1]
		switch kind {
		case "forward":
			lost, _ := strings.CutPrefix(text, "loses ")
			c.losses[runnertape.Forward] = append(c.losses[runnertape.Forward], unescape(lost))
		case ">", "<", ">+", "<+":
			c.steps = append(c.steps, talkStep{upstream: kind[0] == '<', ahead: len(kind) > 1, text: unescape(text)})
		case ">|", "<|":
			c.steps = append(c.steps, talkStep{upstream: kind[0] == '<', end: text})
			c.cuts = c.cuts || text == "cut"
		default:
			t.Fatalf("fidelity.txt:%d: %q", i+1, line)
		}
	}
	return talks
}

// unescape reads \n as CRLF, \l as a bare LF, \t, \xHH, and {900K} as so many bytes.
func unescape(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		i := strings.IndexAny(text, `\{`)
		if i < 0 || i+1 == len(text) {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		used := 2
		switch c := text[1]; {
		case text[0] == '{':
			number, _, _ := strings.Cut(text[1:], "}")
			size, err := strconv.Atoi(strings.TrimRight(number, "KM"))
			if err != nil { // {base}
				b.WriteByte('{')
				used = 1
				break
			}
			size <<= map[byte]int{'K': 10, 'M': 20}[number[len(number)-1]]
			b.WriteString(strings.Repeat("x", size))
			used = len(number) + 2
		case c == 'n':
			b.WriteString("\r\n")
		case c == 'l':
			b.WriteByte('\n')
		case c == 't':
			b.WriteByte('\t')
		case c == 'x':
			n, _ := strconv.ParseUint(text[2:4], 16, 8)
			b.WriteByte(byte(n))
			used = 4
		}
		text = text[used:]
	}
	return b.String()
}
