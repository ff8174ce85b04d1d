package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strconv"
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

// A secret is replaced wherever it passed before it was known, before the exchange that told of
// it has ended: in heads, in JSON of any spelling, packed JSON, logs, multipart, in flight or not, and cut
// by writes and patches.
func TestLate(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			memory := newKeeping(t)
			s := newLateSession(t, memory, seed, false)
			told := 0
			s.sink.OnLate(func(_ uint64, exchanges int) { told += exchanges })
			s.run()
			if told == 0 {
				t.Error("nobody was told")
			}
			for job, l := range s.logs {
				s.lengths(job, l)
				s.same(job, l)
			}
			s.twice()
			if memory.dirty {
				t.Error("it is changed, but not scrubbed")
			}
			flooded := newKeeping(t)
			maybe := newLateSession(t, flooded, seed, true)
			maybe.run()
			if !reflect.DeepEqual(memory.bodies, flooded.bodies) || !reflect.DeepEqual(memory.exchanges, flooded.exchanges) {
				t.Error("without a sketch something else is kept")
			}
		})
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
	if err := s.sink.rewrite(ranges{{1, s.last}}, false); err != nil {
		s.t.Fatal(err)
	}
	if len(s.sink.late.changed) > 0 {
		s.t.Errorf("a second look changes exchanges %v", s.sink.late.changed)
	}
}

// What cannot be changed stops the recorder.
func TestLateFails(t *testing.T) {
	k := newKeeping(t)
	s := newLateSession(t, k, 1, false)
	k.fails = errors.New("disk full")
	say := func(id uint64, text string) error {
		x := &runnertape.Exchange{ID: id, State: runnertape.InFlight, Request: runnertape.Request{Method: "GET", Target: "/x", Header: fields([]string{"X-Thing", text})}}
		if err := s.sink.Put(again(x)); err != nil {
			return err
		}
		x.State = runnertape.Done
		return s.sink.Put(x)
	}
	if err := say(1, s.secrets[5]); err != nil {
		t.Fatal(err)
	}
	x := &runnertape.Exchange{ID: 2, State: runnertape.InFlight, Request: runnertape.Request{Method: "GET", Target: "/y", Header: fields([]string{"Job-Token", s.secrets[5]})}}
	if err := s.sink.Put(x); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v", err)
	}
}

// A secret is replaced as a whole where another in it was known when it passed.
func TestLateAround(t *testing.T) {
	inner := randomOf(newRandom(1), alnum, 12)
	outer := "k7" + inner + randomOf(newRandom(2), alnum, 12)
	k, r := newKeeping(t), New(testKey)
	s := NewSink(k, r, decode.NewDecoder(), nil)
	r.Learn(inner)
	drive(t, newRandom(1), s, 1, call{method: "GET", target: "/x", status: 200, response: []string{"Content-Type", "text/plain"}, answer: []byte("it is " + outer + ".")})
	drive(t, newRandom(1), s, 2, call{method: "GET", target: "/y", request: []string{"Job-Token", outer}, status: 200})
	if got, want := string(k.body(1, runnertape.ResponseSide)), "it is "+r.StandIn(outer)+"."; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What was kept before the recorder began is looked at too, and dictionaries are.
func TestLateInOlder(t *testing.T) {
	k := newKeeping(t)
	secret := "k7" + randomOf(newRandom(1), alnum, 30)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprintf(z, `{"a":"%s"}`, secret)
	z.Close()
	first := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	drive(t, newRandom(1), first, 1, call{method: "GET", target: "/x", status: 200, response: []string{"Content-Type", "text/plain"}, answer: []byte("it is " + secret)})
	drive(t, newRandom(1), first, 2, jobAnswer(zipped.Bytes(), "Content-Encoding", "gzip"))
	k.dictionary = []byte("some " + secret + " text")
	second := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	var by uint64
	var n int
	second.OnLate(func(id uint64, exchanges int) { by, n = id, exchanges })
	drive(t, newRandom(1), second, 3, call{method: "GET", target: "/y", request: []string{"Job-Token", secret}, status: 200})
	if by != 3 || n != 2 || k.scrubs != 1 {
		t.Errorf("exchange %d changed %d, in %d times", by, n, k.scrubs)
	}
	plain, err := decode.Plain(k.exchanges[2].Response.Header, k.bodies[bodyKey(2, runnertape.ResponseSide)], decode.MaxMessage)
	if err != nil || !k.exchanges[2].Response.Body.Rewritten {
		t.Errorf("packed again: %v", err)
	}
	for _, text := range [][]byte{plain, k.bodies[bodyKey(1, runnertape.ResponseSide)], k.dictionary} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("left in %s", text)
		}
	}
}

// Tokens that nobody has seen before cost no look.
func TestLateLooksSeldom(t *testing.T) {
	k := newKeeping(t)
	s := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	log := jobLog(newRandom(1), 3000)
	for job := 1; job <= 200; job++ {
		id := uint64(job * 4)
		hand(t, s, id, job, ownSecret(job))
		drive(t, newRandom(id), s, id+1, call{method: "PATCH", target: fmt.Sprintf("/api/v4/jobs/%d/trace", job), request: []string{
			"Job-Token", ownToken(job), "Content-Type", "text/plain", "Content-Range", "0-2999",
		}, body: log, status: 202})
		finish(t, s, id+2, job)
	}
	if k.reads > 600*10 || k.scrubs != 0 {
		t.Errorf("%d exchanges were read, %d scrubs", k.reads, k.scrubs)
	}
	t.Logf("%d exchanges were read", k.reads)
}
