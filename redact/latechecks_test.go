package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// noneLeft looks for the secrets in all that is kept.
func (s *lateSession) noneLeft(when string) {
	s.t.Helper()
	var spelled []string
	for _, secret := range append(s.tokens, s.secrets...) {
		for _, spell := range spellings {
			spelled = append(spelled, spell(secret))
		}
		for way := range wayStandIn {
			spelled = append(spelled, base64Text(secret, way))
		}
	}
	slices.Sort(spelled)
	spelled = slices.Compact(spelled)
	look := func(where string, text []byte) {
		for _, secret := range spelled {
			if at := bytes.Index(text, []byte(secret)); at >= 0 {
				s.t.Fatalf("%s, %q is left in %s at %d of %d: %q", when, secret, where, at, len(text), text[max(0, at-40):min(len(text), at+len(secret)+40)])
			}
		}
	}
	type end struct{ job, at int64 }
	logs := map[end][]byte{}
	for id := uint64(1); id <= s.last; id++ {
		x := s.keeper.exchange(id)
		head, _ := json.Marshal(x)
		var values any
		json.Unmarshal(head, &values)
		look(fmt.Sprintf("the head of exchange %d", id), fmt.Appendf(head, "%q", values))
		for _, side := range sides {
			body, h := s.keeper.body(id, side), x.Request.Header
			if side == runnertape.ResponseSide && x.Response != nil {
				h = x.Response.Header
			}
			plain, err := decode.Plain(h, body, decode.MaxMessage)
			if err != nil {
				s.t.Fatal(err)
			}
			if json.Unmarshal(plain, &values) == nil {
				text := fmt.Append(nil, values)
				look(fmt.Sprintf("the values of the %s body of exchange %d", side, id), text)
			}
			look(fmt.Sprintf("the %s body of exchange %d", side, id), plain)
		}
		start, _, ok := decode.ParseContentRange(x.Request.Header.Get("Content-Range"))
		if job := decode.Classify(x.Request.Method, x.Request.Path()).JobID; ok && x.State == runnertape.Done {
			text := append(bytes.Clone(logs[end{job, start}]), s.keeper.body(id, runnertape.RequestSide)...)
			look(fmt.Sprintf("the trace of job %d up to exchange %d", job, id), text)
			logs[end{job, int64(len(text))}] = text
		}
	}
}

// lengths holds that the pieces of a log are where they were.
func (s *lateSession) lengths(job int64, l *lateLog) {
	for id := uint64(1); id <= s.last; id++ {
		x := s.keeper.exchange(id)
		if x.Request.Path() != fmt.Sprintf("/api/v4/jobs/%d/trace", job) {
			continue
		}
		start, end, _ := decode.ParseContentRange(x.Request.Header.Get("Content-Range"))
		body := s.keeper.body(id, runnertape.RequestSide)
		if int64(len(body)) != end-start+1 {
			s.t.Errorf("patch %d-%d has %d bytes", start, end, len(body))
		}
		for i, c := range l.text[start : end+1] {
			if (c == '\n' || body[i] == '\n') && body[i] != c {
				s.t.Fatalf("patch %d-%d has other text at %d: %q, not %q", start, end, i, body, l.text[start:end+1])
			}
		}
	}
}

// same holds that tokens in a log are replaced as a whole, wherever it was cut.
func (s *lateSession) same(job int64, l *lateLog) {
	s.t.Helper()
	kept := make([]byte, len(l.text))
	for id := uint64(1); id <= s.last; id++ {
		if x := s.keeper.exchange(id); x.Request.Path() == fmt.Sprintf("/api/v4/jobs/%d/trace", job) {
			start, _, _ := decode.ParseContentRange(x.Request.Header.Get("Content-Range"))
			copy(kept[start:], s.keeper.body(id, runnertape.RequestSide))
		}
	}
	for _, token := range append(s.tokens, s.secrets...) {
		for at := 0; ; at++ {
			i := bytes.Index(l.text[at:l.sent], []byte(token))
			if i < 0 {
				break
			}
			at += i
			if got := string(kept[at : at+len(token)]); got != s.sink.secrets.StandIn(token) {
				s.t.Errorf("%s became %s, not %s", token, got, s.sink.secrets.StandIn(token))
			}
		}
	}
}

// twice holds that another look changes nothing.
func (s *lateSession) twice() {
	s.t.Helper()
	if err := s.sink.newRewriter(false).runs(ranges{{1, s.last}}); err != nil {
		s.t.Fatal(err)
	}
	if len(s.sink.late.changed) > 0 {
		s.t.Errorf("a second look changes exchanges %v", s.sink.late.changed)
	}
}
