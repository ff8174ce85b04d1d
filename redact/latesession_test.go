package redact

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// lateSession is a session in which secrets pass before anything tells of them.
type lateSession struct {
	t       *testing.T
	rnd     *rand.Rand
	secrets []string
	keeper  keeper
	sink    *Sink
	tokens  []string // that show themselves
	flooded bool     // the sketch always says "maybe"
	last    uint64
	live    []*lateCall
	logs    map[int64]*lateLog
}

// lateCall is an exchange in flight.
type lateCall struct {
	x                 *runnertape.Exchange
	request, response []byte // that are still to come
	answer            *runnertape.Response
	done              func()
}

// lateLog is the trace of a running job.
type lateLog struct {
	text []byte
	sent int
	busy bool
}

// keeper is a Keeper whose content can be had.
type keeper interface {
	Keeper
	exchange(id uint64) *runnertape.Exchange
	body(id uint64, side runnertape.Side) []byte
}

func newLateSession(t *testing.T, k keeper, seed uint64, flooded bool) *lateSession {
	s := &lateSession{t: t, rnd: newRandom(seed), keeper: k, flooded: flooded, logs: map[int64]*lateLog{}}
	for _, n := range []int{8, 9, 12, 20, 33, 64, 90, 300} {
		s.secrets = append(s.secrets, "k7"+randomOf(s.rnd, alnum, n-3)+"Q")
	}
	s.secrets = append(s.secrets, "p4"+randomOf(s.rnd, punctual, 25)+"q5R", "glptx-"+randomOf(s.rnd, alnum, 20), "p4/"+randomOf(s.rnd, punctual, 90)+"q5R")
	s.tokens = []string{"glpat-" + randomOf(s.rnd, alnum, 20), "glrt-t1_" + randomOf(s.rnd, alnum, 24)}
	s.sink = NewSink(s.keeper, New(testKey), decode.NewDecoder("https://gitlab.example.com"), nil)
	s.sink.late.sketch.full = 50 + s.rnd.IntN(2000)
	return s
}

func (s *lateSession) begin(method, target string, header []string, body []byte, status int, response []string, answer []byte) *lateCall {
	s.last++
	c := &lateCall{request: body, response: answer, x: &runnertape.Exchange{
		ID: s.last, State: runnertape.InFlight, Scheme: "https", Host: "gitlab.example.com",
		Request: runnertape.Request{Method: method, Target: target, Header: fields(header)},
	}}
	if s.rnd.IntN(2) == 0 {
		c.x.Request.Body.Declared = int64(len(body))
	}
	c.answer = &runnertape.Response{Status: status, Header: fields(response)}
	if s.rnd.IntN(2) == 0 {
		c.answer.Body.Declared = int64(len(answer))
	}
	s.live = append(s.live, c)
	s.put(c.x)
	return c
}

func (s *lateSession) flood() {
	if s.flooded {
		for _, f := range s.sink.late.sketch.filters {
			for i := range f.words {
				f.words[i] = ^uint64(0)
			}
		}
	}
}

func (s *lateSession) put(x *runnertape.Exchange) {
	s.t.Helper()
	s.flood()
	if err := s.sink.Put(again(x)); err != nil {
		s.t.Fatal(err)
	}
}

// step does the next thing of an exchange in flight.
func (s *lateSession) step() {
	s.t.Helper()
	at := s.rnd.IntN(len(s.live))
	c := s.live[at]
	write := func(side runnertape.Side, rest *[]byte) {
		n := min(len(*rest), 1+s.rnd.IntN(1+s.rnd.IntN(900)))
		s.flood()
		if err := s.sink.Write(c.x.ID, side, (*rest)[:n]); err != nil {
			s.t.Fatal(err)
		}
		*rest = (*rest)[n:]
	}
	switch {
	case len(c.request) > 0:
		write(runnertape.RequestSide, &c.request)
	case c.answer != nil:
		c.x.Response, c.answer = c.answer, nil
		s.put(c.x)
	case len(c.response) > 0:
		write(runnertape.ResponseSide, &c.response)
	default:
		c.x.State = runnertape.Done
		if s.rnd.IntN(3) == 0 {
			c.x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "read " + jsonSafe(s.secret()) + ": reset"}
		}
		s.put(c.x)
		s.live = append(s.live[:at], s.live[at+1:]...)
		if c.done != nil {
			c.done()
		}
	}
}

// run is a whole session.
func (s *lateSession) run() {
	reveal := 20 + s.rnd.IntN(60)
	var revealing uint64
	for i := 0; i < 90 || len(s.live) > 0; i++ {
		if i < 90 && (len(s.live) == 0 || s.rnd.IntN(3) == 0) {
			s.any()
		}
		if i == reveal {
			revealing = s.reveal()
		}
		before := len(s.live)
		for range s.rnd.IntN(12) {
			if len(s.live) > 0 {
				s.step()
			}
		}
		if len(s.live) != before && revealing != 0 && s.keeper.exchange(revealing).State == runnertape.Done {
			s.noneLeft("when it was known")
		}
	}
	s.noneLeft("at the end")
}

// any begins an exchange of some kind.
func (s *lateSession) any() {
	kind := func(more ...string) []string { return append(more, "X-Thing", jsonSafe(s.secret())) }
	asJSON := func() []byte {
		return fmt.Appendf(nil, `{"message":%s,"n":[%s]}`, s.oddly(s.text()), s.oddly(s.text()))
	}
	target := "/thing?q=" + url.QueryEscape(s.secret())
	switch s.rnd.IntN(6) {
	case 0:
		s.begin("GET", target, kind(), nil, 200, kind("Content-Type", "application/json"), asJSON())
	case 1:
		s.begin("POST", target, kind("Content-Type", "application/json"), asJSON(), 200, kind("Content-Type", "application/json", "Content-Encoding", "gzip"), pack(asJSON()))
	case 2:
		packed := make([]byte, 6000)
		for i := range packed {
			packed[i] = byte(s.rnd.Uint32())
		}
		body := "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + s.secret() + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"
		body += string(packed) + "\r\n--b\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\n" + string(s.text()) + "\r\n--b--\r\n"
		s.begin("POST", "/api/v4/jobs/7/artifacts", kind("Content-Type", "multipart/form-data; boundary=b"), []byte(body), 201, kind(), []byte("ok"))
	case 3:
		s.begin("GET", target, kind(), nil, 200, kind("Content-Type", "text/plain"), append(bytes.Repeat(s.text(), 3), s.text()...))
	default:
		s.patch(int64(1 + s.rnd.IntN(2)))
	}
}

// patch sends the next piece of a job's log, now and then one again that was sent already.
func (s *lateSession) patch(job int64) {
	l := s.logs[job]
	if l == nil {
		l = &lateLog{}
		for range 6 {
			l.text = append(l.text, s.text()...)
		}
		s.logs[job] = l
	}
	if l.busy || l.sent == len(l.text) {
		return
	}
	l.busy = true
	n := min(len(l.text)-l.sent, 1+s.rnd.IntN(1+s.rnd.IntN(300)))
	piece, start := l.text[l.sent:l.sent+n], l.sent
	c := s.begin("PATCH", fmt.Sprintf("/api/v4/jobs/%d/trace", job), []string{
		"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", start, start+n-1),
	}, piece, 202, []string{"Job-Status", "running"}, []byte("ok"))
	refused := s.rnd.IntN(5) == 0
	c.done = func() {
		if l.busy = false; !refused {
			l.sent += n
		}
	}
}

// reveal hands out a job that declares all secrets.
func (s *lateSession) reveal() uint64 {
	var variables []string
	for i, secret := range s.secrets {
		variables = append(variables, fmt.Sprintf(`{"key":"S%d","value":"%s","masked":true}`, i, jsonSafe(secret)))
	}
	body := fmt.Sprintf(`{"id":9,"token":"glcbt-64_%s","variables":[%s]}`, randomOf(s.rnd, alnum, 20), strings.Join(variables, ","))
	s.begin("POST", "/api/v4/jobs/request", []string{"Content-Type", "application/json"}, []byte(`{"token":"glrt-t1_abcdefGHIJ0123456789"}`), 201, []string{"Content-Type", "application/json"}, []byte(body))
	return s.last
}
