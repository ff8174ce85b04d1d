package redact

import (
	"bytes"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// What the end of a body tells is replaced in packed ones of the same exchange too, which cannot be changed any more when
// they are passed on.
func TestPackedBodyTellsLate(t *testing.T) {
	const secret = "TgqLzRkWbd7Xvm2QnF4s"
	says, tells := []byte("it says "+secret+" here "), []byte("and GET https://me:"+secret+"@git.example.com/x.git ")
	quoted := func(text []byte) []byte { return []byte(`{"log":"` + string(text) + `"}`) }
	for name, c := range map[string]call{
		"text":                 {response: []string{"Content-Type", "text/plain"}, answer: append(says, tells...)},
		"JSON":                 {response: []string{"Content-Type", "application/json"}, answer: quoted(append(says, tells...))},
		"of the answer":        {request: []string{"Content-Type", "text/plain", "Content-Encoding", "gzip"}, body: pack(says), response: []string{"Content-Type", "text/plain"}, answer: tells},
		"of the packed answer": {request: []string{"Content-Type", "text/plain", "Content-Encoding", "gzip"}, body: pack(says), response: []string{"Content-Type", "text/plain"}, answer: tells},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "of the answer" {
				c.response, c.answer = append(c.response, "Content-Encoding", "gzip"), pack(c.answer)
			}
			c.method, c.target, c.status = "POST", "/group/project/-/raw/main/file", 200
			k := newKeeping(t)
			drive(t, newRandom(1), NewSink(k, New(testKey), decode.NewDecoder(), nil), 1, c)
			for i, h := range []runnertape.Header{fields(c.request), fields(c.response)} {
				sent := [2][]byte{c.body, c.answer}[i]
				was, _ := decode.Plain(h, sent, decode.MaxMessage)
				now, err := decode.Plain(h, k.body(1, sides[i]), decode.MaxMessage)
				if err != nil || len(now) != len(was) || bytes.Contains(now, []byte(secret)) {
					t.Errorf("%s body: %v, %q", sides[i], err, now)
				}
				if strings.Contains(string(was), secret) == bytes.Equal(was, now) {
					t.Errorf("%s body: %q became %q", sides[i], was, now)
				}
			}
		})
	}
}
