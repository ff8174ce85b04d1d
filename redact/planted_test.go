package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/planted"
)

var plantedSeed = flag.Uint64("planted-seed", 0, "the first planted session of TestPlantedTwice")

// A session with a secret wherever one may be leaves none of them in what is kept, also of those that pass before
// anything tells of them. What was kept, redacted again by one that knows nothing but the key, stays as it is.
// Sockets and files are left to cmd/proxy.
func TestPlantedTwice(t *testing.T) {
	for n := range uint64(often(6)) {
		seed := *plantedSeed + n
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			s := planted.Generate(seed, planted.Options{Storage: seed%2 == 0})
			key := sha256.Sum256([]byte(strconv.FormatUint(seed, 10)))
			once := newPlay(t, seed, key[:])
			once.session(s)
			once.clean(s.Finder(func(s *planted.Secret) bool {
				return !strings.Contains(s.Kind, "in a target") && s.Kind != "proxy credentials"
			}))
			if !t.Failed() {
				once.same(once.again(seed, key[:]))
			}
		})
	}
}

// play is a planted session on its way through a Sink.
type play struct {
	*keeping
	rnd  *rand.Rand
	sink *Sink
	next int
	ends []uint64 // exchanges, and 0 where one begins
}

func newPlay(t *testing.T, seed uint64, key []byte) *play {
	k := newKeeping(t)
	return &play{keeping: k, rnd: newRandom(seed), sink: NewSink(k, New(key), decode.NewDecoder("http://"+planted.GitLab), nil)}
}

func (p *play) put(x *runnertape.Exchange) {
	p.t.Helper()
	if err := p.sink.Put(again(x)); err != nil {
		p.t.Fatal(err)
	}
}

// body passes from one byte of a body to another in pieces.
func (p *play) body(id uint64, side runnertape.Side, b []byte) {
	p.t.Helper()
	for len(b) > 0 {
		n := 1 + p.rnd.IntN(len(b))
		if err := p.sink.Write(id, side, b[:n]); err != nil {
			p.t.Fatal(err)
		}
		b = b[n:]
	}
}

func (p *play) session(s *planted.Session) {
	p.t.Helper()
	for p.next < len(s.Exchanges) {
		p.exchange(s, s.Exchanges[p.next])
	}
	if _, err := p.sink.Finish(func() bool { return false }); err != nil {
		p.t.Fatal(err)
	}
}

func (p *play) exchange(s *planted.Session, said *planted.Exchange) {
	p.t.Helper()
	p.next++
	p.ends = append(p.ends, 0)
	fields := func(all []planted.Field) (h runnertape.Header) {
		for _, f := range all {
			h = append(h, runnertape.Field(f))
		}
		return h
	}
	content := func(m *planted.Message) []byte {
		if m.Break != planted.Whole {
			return m.Content[:min(m.BreakAt, len(m.Content))]
		}
		return m.Content
	}
	x := &runnertape.Exchange{
		ID: uint64(p.next), State: runnertape.InFlight, Scheme: "http", Host: said.Host,
		Request: runnertape.Request{Method: said.Method, Target: said.Target, Header: append(runnertape.Header{{Name: "Host", Value: said.Host}}, fields(said.Request.Header)...)},
	}
	if said.Request.Framing == planted.Length {
		x.Request.Body.Declared = int64(len(said.Request.Content))
	}
	p.put(x)
	request := content(&said.Request)
	half := len(request) / 2
	p.body(x.ID, runnertape.RequestSide, request[:half])
	for until := p.next + said.Held; p.next < min(until, len(s.Exchanges)); {
		p.exchange(s, s.Exchanges[p.next])
	}
	p.body(x.ID, runnertape.RequestSide, request[half:])
	x.Request.Trailer = fields(said.Request.Trailer)
	x.Request.Body.Bytes, x.Request.Body.Truncated = int64(len(request)), said.Request.Break != planted.Whole
	if said.Response.Status > 0 && !x.Request.Body.Truncated {
		x.Response = &runnertape.Response{Status: said.Response.Status, Reason: said.Response.Reason, Header: fields(said.Response.Header)}
		if said.Response.Framing == planted.Length {
			x.Response.Body.Declared = int64(len(said.Response.Content))
		}
		p.put(x)
		answer := content(&said.Response)
		p.body(x.ID, runnertape.ResponseSide, answer)
		x.Response.Trailer = fields(said.Response.Trailer)
		x.Response.Body.Bytes, x.Response.Body.Truncated = int64(len(answer)), said.Response.Break != planted.Whole
	}
	x.State = runnertape.Done
	p.put(x)
	p.ends = append(p.ends, x.ID)
}

// clean wants nothing of secrets in what is kept.
func (p *play) clean(f *planted.Finder) {
	p.t.Helper()
	for id, x := range p.exchanges {
		text, err := json.Marshal(x)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, side := range sides {
			text = append(append(text, '\n'), p.plain(id, side)...)
		}
		for _, leak := range append(f.In(text), f.In(planted.Strings(p.plain(id, sides[0])))...) {
			p.t.Errorf("exchange %d, %s: %s: …%q…", id, x.Request.Target, leak, text[max(0, min(leak.At, len(text))-80):min(len(text), leak.End+40)])
		}
	}
}

// plain is a body without its coding.
func (p *play) plain(id uint64, side runnertape.Side) []byte {
	x := p.exchanges[id]
	h := x.Request.Header
	if side == runnertape.ResponseSide && x.Response != nil {
		h = x.Response.Header
	}
	if plain, err := decode.Plain(h, p.bodies[bodyKey(id, side)], 64<<20); err == nil {
		return plain
	}
	return p.bodies[bodyKey(id, side)]
}

// again is what another Sink keeps of what p has kept.
func (p *play) again(seed uint64, key []byte) *play {
	p.t.Helper()
	now := newPlay(p.t, seed+1, key)
	now.sink.secrets.Again()
	for _, id := range p.ends {
		if id == 0 {
			now.next++
			x := again(p.exchanges[uint64(now.next)])
			x.State, x.Response, x.Failure, x.Decoded, x.Request.Trailer = runnertape.InFlight, nil, nil, nil, nil
			now.put(x)
			continue
		}
		x := again(p.exchanges[id])
		x.Decoded = nil
		now.body(id, runnertape.RequestSide, p.bodies[bodyKey(id, runnertape.RequestSide)])
		if x.Response != nil {
			replied := again(x)
			replied.State, replied.Response.Trailer, replied.Request.Trailer = runnertape.InFlight, nil, nil
			now.put(replied)
		}
		now.body(id, runnertape.ResponseSide, p.bodies[bodyKey(id, runnertape.ResponseSide)])
		now.put(x)
	}
	return now
}

// same wants now to have kept what p has.
func (p *play) same(now *play) {
	p.t.Helper()
	for id := uint64(1); id <= uint64(p.next); id++ {
		was, x := p.exchanges[id], now.exchanges[id]
		for _, side := range sides {
			before, after := planted.Unslashed(p.plain(id, side)), planted.Unslashed(now.plain(id, side))
			if !bytes.Equal(before, after) {
				p.t.Logf("exchange %d, %s, %s", id, was.Request.Target, side)
				sameText(p.t, string(before), string(after))
			}
		}
		was.Decoded, x.Decoded = nil, nil // it may know more now
		was.Request.Body, x.Request.Body = runnertape.Body{}, runnertape.Body{}
		if was.Response != nil {
			was.Response.Body, x.Response.Body = runnertape.Body{}, runnertape.Body{}
		}
		if diff := cmp.Diff(was, x); diff != "" {
			p.t.Errorf("exchange %d: %s", id, strings.TrimSpace(diff))
		}
	}
}
