package redact

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// text is some with secrets in it.
func (s *lateSession) text() []byte {
	var b bytes.Buffer
	for range 1 + s.rnd.IntN(8) {
		b.WriteString(randomOf(s.rnd, alnum+" \n", s.rnd.IntN(1+s.rnd.IntN(400))))
		b.WriteString("\n ")
		if s.rnd.IntN(3) > 0 {
			b.WriteString(spellings[s.rnd.IntN(len(spellings))](s.secret()))
		} else if s.rnd.IntN(2) == 0 {
			b.WriteString(base64.StdEncoding.EncodeToString([]byte(randomOf(s.rnd, alnum, s.rnd.IntN(5)) + s.secret() + randomOf(s.rnd, alnum, s.rnd.IntN(5)))))
		}
		if s.rnd.IntN(4) == 0 {
			b.WriteString(" token " + s.tokens[s.rnd.IntN(len(s.tokens))])
		}
		b.WriteString(" \n")
	}
	return b.Bytes()
}

func (s *lateSession) secret() string { return s.secrets[s.rnd.IntN(len(s.secrets))] }

// oddly is text as a JSON string with more escapes than need be.
func (s *lateSession) oddly(text []byte) string {
	var b strings.Builder
	for _, c := range text {
		switch plain := jsonSafe(string(c)); {
		case s.rnd.IntN(4) == 0:
			fmt.Fprintf(&b, `\u%04x`, c)
		case c == '/':
			b.WriteString(`\/`)
		default:
			b.WriteString(plain)
		}
	}
	return `"` + b.String() + `"`
}
