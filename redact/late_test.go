package redact

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// A secret is replaced wherever it passed before it was known, before the exchange that told of
// it has ended: in heads, in JSON of any spelling, packed JSON, logs, multipart, in flight or not, and cut
// by writes and patches.
func TestLate(t *testing.T) {
	for seed := range uint64(often(12)) {
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
	if err := s.sink.Put(x); err == nil || !strings.HasSuffix(err.Error(), "a secret may still be in what was recorded before it showed itself: exchange 1: disk full") {
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

// A secret that is cut by the end of a patch is replaced whole, also where it was learned between its halves.
func TestLateBetweenPatches(t *testing.T) {
	secret := randomOf(newRandom(1), alnum, 40)
	for half := minCut; half <= len(secret)-minCut; half++ {
		k, r := newKeeping(t), New(testKey)
		s := NewSink(k, r, decode.NewDecoder(), nil)
		first := "say " + secret[:half]
		drive(t, newRandom(1), s, 1, patchCall("7", []byte(first), 0))
		drive(t, newRandom(1), s, 2, call{method: "GET", target: "/y", request: []string{"Job-Token", secret}, status: 200})
		drive(t, newRandom(1), s, 3, patchCall("7", []byte(secret[half:]+" end\n"), len(first)))
		got := string(k.body(1, runnertape.RequestSide)) + string(k.body(3, runnertape.RequestSide))
		if want := "say " + r.StandIn(secret) + " end\n"; got != want {
			t.Errorf("cut after %d: %q, want %q", half, got, want)
		}
	}
}

// So it is where it was learned when some of the second half had come, whether or not something says that the first was there.
func TestLateWithinPatch(t *testing.T) {
	secret := randomOf(newRandom(1), alnum, 40)
	cut := func(first, second string, came int, flooded bool) string {
		k, r := newKeeping(t), New(testKey)
		s := NewSink(k, r, decode.NewDecoder(), nil)
		both := lateSession{sink: s, flooded: flooded, t: t}
		drive(t, newRandom(1), s, 1, patchCall("7", []byte(first), 0))
		c := patchCall("7", []byte(second), len(first))
		x := &runnertape.Exchange{ID: 2, State: runnertape.InFlight, Request: runnertape.Request{Method: c.method, Target: c.target, Header: fields(c.request)}}
		both.put(x)
		for _, piece := range []string{second[:came], second[came:]} {
			if len(piece) > 0 {
				if err := s.Write(2, runnertape.RequestSide, []byte(piece)); err != nil {
					t.Fatal(err)
				}
			}
			both.flood()
			drive(t, newRandom(1), s, k.last+1, call{method: "GET", target: "/y", request: []string{"Job-Token", secret}, status: 200})
		}
		x.State, x.Response = runnertape.Done, &runnertape.Response{Status: 202}
		both.put(x)
		return string(k.body(1, runnertape.RequestSide)) + string(k.body(2, runnertape.RequestSide))
	}
	for half := minCut; half <= len(secret)-minCut; half++ {
		for came := range len(secret) - half + 4 {
			for _, flooded := range []bool{false, true} {
				want := "say " + New(testKey).StandIn(secret) + " end\n"
				if got := cut("say "+secret[:half], secret[half:]+" end\n", came, flooded); got != want {
					t.Errorf("cut after %d, and learned after %d, flooded %v: %q, want %q", half, came, flooded, got, want)
				}
			}
		}
	}
}

// A log that comes byte by byte has no secret, whether it was known or showed itself late, and each piece of it is
// looked at again a few times only.
func TestLateByteByByte(t *testing.T) {
	known, late := randomOf(newRandom(1), alnum, 30), randomOf(newRandom(2), alnum, 30)
	k, r := newKeeping(t), New(testKey)
	r.Learn(known)
	s := NewSink(k, r, decode.NewDecoder(), nil)
	log := strings.Repeat("one "+known+" and "+late+" of a line\n", 60)
	for i := range log {
		if i == len(log)/2 {
			drive(t, newRandom(1), s, k.last+1, call{method: "GET", target: "/y", request: []string{"Job-Token", late}, status: 200})
		}
		drive(t, newRandom(1), s, k.last+1, patchCall("7", []byte(log[i:i+1]), i))
	}
	var kept []byte
	for id := range k.last {
		kept = append(kept, k.body(id+1, runnertape.RequestSide)...)
	}
	if want := r.String(log); string(kept) != want {
		t.Errorf("kept is %q, want %q", kept, want)
	}
	if k.reads > 4*len(log) {
		t.Errorf("exchanges were looked at %d times, for %d pieces", k.reads, len(log))
	}
}
