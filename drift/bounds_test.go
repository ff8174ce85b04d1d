package drift

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
)

// What peers make up anew with every exchange does not make a Schema grow without end, and is named.
func TestBounds(t *testing.T) {
	s := NewSchema()
	decoder := decode.NewDecoder()
	add := func(id int) {
		body := fmt.Appendf(nil, `{"id":%d,"job_info":{"name":"job %[1]d"},"features":{"failure_reasons":["r%[1]d"]},"k%[1]d":{"x%[1]d":[%[1]d]},"deep":%s%s}`,
			id, strings.Repeat("[", 40), strings.Repeat("]", 40))
		for k := range 3 { // each has names of its own below
			body = fmt.Appendf(body[:len(body)-1], `,"o%d":{"n%d":{"m":1}}}`, k, id)
		}
		at := time.Unix(int64(id)*600, 0)
		for _, call := range []string{"POST /api/v4/jobs/request", fmt.Sprintf("GET /made/up%dx/x", id), fmt.Sprintf("PUT /api/v4/jobs/%d?q%d=1", id, id)} {
			method, target, _ := strings.Cut(call, " ")
			x := &runnertape.Exchange{ID: uint64(3*id + len(method)), State: runnertape.Done, Started: at, Replied: at, Ended: at}
			h := runnertape.Header{{Name: "Content-Type", Value: "application/json"}, {Name: fmt.Sprintf("X-%d", id), Value: "1"}, {Name: "Accept", Value: fmt.Sprint(id)}}
			about := runnertape.Body{Framing: runnertape.Length, Bytes: int64(len(body)), Stored: int64(len(body))}
			x.Request = runnertape.Request{Method: method, Target: target, Header: h, Body: about}
			x.Response = &runnertape.Response{Status: 201, Header: h, Body: about}
			if method != "POST" && id < 2*maxAnswers {
				x.Response.Status += id
			}
			all := decode.Bodies{Request: body, Response: body}
			x.Decoded, _ = decoder.Decode(x, all)
			s.Add(x, all)
		}
	}
	const many = 4500
	for id := range many {
		add(id + 1)
	}
	sizes := func() (all int) {
		for _, e := range s.endpoints {
			for _, at := range e.situations {
				all += len(at.statuses) + len(at.settled) + at.request.size()
				for _, names := range at.byJob {
					all += len(names)
				}
				for _, answer := range at.answers {
					all += answer.size()
				}
			}
		}
		for _, of := range s.jobs {
			all += 1 + len(of.ends)
		}
		return all + len(s.open)
	}
	before := sizes()
	for id := range many / 5 {
		add(many + id + 1)
	}
	if after := sizes(); after > before+before/500 {
		t.Errorf("%d things are known after %d rounds, %d after a fifth more", before, many, after)
	}
	for _, want := range []string{"jobs of more than 4096 names", "situations of unknown", "names in requests of request_job", "deeper than 32", "statuses no more"} {
		if !strings.Contains(strings.Join(s.LeftOut(), "\n"), want) {
			t.Errorf("it does not say that it left out %s: %q", want, s.LeftOut())
		}
	}
	if s.Jobs() != many+many/5 {
		t.Errorf("%d jobs", s.Jobs())
	}
}

// size is how many things a message holds.
func (m *message) size() int {
	all := len(m.headers) + len(m.query) + len(m.form) + len(m.media) + len(m.framings)
	for _, n := range m.headers {
		all += len(n.values)
	}
	if m.body != nil {
		all += m.body.size()
	}
	return all
}

func (n *node) size() int {
	all := 1 + len(n.words)
	for _, child := range n.keys {
		all += child.size()
	}
	if n.items != nil {
		all += n.items.size()
	}
	return all
}
