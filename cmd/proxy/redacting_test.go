package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
	"runnertape/store"
)

// What was recorded with its secrets and redacted afterwards is what would have been recorded without them:
// the same stand-ins, of the same key. Redacting it again changes nothing.
func TestRedactIsWhatRecordMakes(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dir := t.TempDir()
			in := func(name string) string { return filepath.Join(dir, name) }
			key := redact.NewKey()
			s := newPlayed(rand.New(rand.NewPCG(seed, 5)))
			s.play(t, in("kept.db"), runnertape.Recording{Key: key}, nil)
			s.play(t, in("want.db"), runnertape.Recording{Key: key, Redacted: true}, redact.New(key))
			var talk bytes.Buffer
			p, stop := newProcess(nil, io.Discard, &talk)
			defer stop()
			mustDo(t, p.redactTo(&redactSettings{from: in("kept.db"), to: in("got.db")}))
			got, want := contentsOfFile(t, in("got.db")), contentsOfFile(t, in("want.db"))
			if diff := cmp.Diff(want.exchanges, got.exchanges); diff != "" {
				t.Errorf("-recorded +redacted:\n%s", diff)
			}
			for i := range want.bodies { // of what is in flight a recorder keeps what it could look at
				if !strings.HasPrefix(got.bodies[i], want.bodies[i]) || want.exchanges[i/2].State == runnertape.Done && got.bodies[i] != want.bodies[i] {
					t.Errorf("body %d is\n%.3000q\nrecorded was\n%.3000q", i, got.bodies[i], want.bodies[i])
				}
			}
			if !got.header.Redacted || !bytes.Equal(got.header.Key, key) {
				t.Errorf("header %+v", got.header)
			}
			for _, secret := range s.secrets {
				if strings.Contains(got.plain, secret) {
					t.Errorf("%s is still there", secret)
				}
			}
			mustDo(t, p.redactTo(&redactSettings{from: in("got.db"), to: in("again.db")}))
			if again := contentsOfFile(t, in("again.db")); again.plain != got.plain {
				t.Errorf("redacted again:\n%s", cmp.Diff(got.plain, again.plain))
			}
			if !strings.Contains(talk.String(), "proxy: 0 secrets replaced\n") {
				t.Errorf("it was said\n%s", talk.String())
			}
			if found, err := p.scanFile(in("got.db"), &scanSettings{}); found || err != nil {
				t.Errorf("scan: found %v, %v\n%s", found, err, talk.String())
			}
			if found, err := p.scanFile(in("kept.db"), &scanSettings{}); !found || err != nil {
				t.Errorf("scan of what was kept: found %v, %v", found, err)
			}
		})
	}
}

// fileContents is all of a recording.
type fileContents struct {
	header    runnertape.Recording
	exchanges []*runnertape.Exchange
	bodies    []string // two for each
	plain     string   // all of it
}

func contentsOfFile(t *testing.T, path string) (c fileContents) {
	t.Helper()
	r, err := openRecording(path)
	mustDo(t, err)
	defer r.Close()
	c.header = r.Header()
	for x, err := range r.Exchanges() {
		mustDo(t, err)
		c.exchanges = append(c.exchanges, x)
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body, err := r.Body(x.ID, side)
			mustDo(t, err)
			b, err := io.ReadAll(body)
			mustDo(t, err)
			c.bodies = append(c.bodies, string(b))
		}
	}
	var plain bytes.Buffer
	mustDo(t, writePlain(&plain, r))
	c.plain = plain.String()
	return c
}

// played is a session of two jobs at a time, with secrets in it that are told before they are used.
type played struct {
	rnd       *rand.Rand
	secrets   []string
	exchanges []*runnertape.Exchange
	bodies    map[uint64][2][]byte
}

func newPlayed(rnd *rand.Rand) *played {
	s := &played{rnd: rnd, bodies: map[uint64][2][]byte{}}
	runner := s.secret("glrt-t1_", 20)
	at := 0
	for job := 41; job < 44; job++ {
		token, password, signature := s.secret("glcbt-64_", 20), s.secret("", 18), s.secret("", 40)
		at += 10
		s.add(at, 1, "POST", "/api/v4/jobs/request", 201, []string{"Runner-Token", runner}, fmt.Sprintf(`{"token":%q,"system_id":"s_0123456789ab"}`, runner),
			[]string{"Content-Type", "application/json"}, fmt.Sprintf(`{"id":%d,"token":%q,"job_info":{"name":"build"},"git_info":{"repo_url":"https://gitlab-ci-token:%s@gitlab.example.com/g/p.git"},`+
				`"variables":[{"key":"DB_PASSWORD","value":%q,"public":false,"masked":true},{"key":"CI_OPEN","value":"open","public":true,"masked":false},{"key":"WORD","value":"artifacts","masked":true}],"steps":[]}`, job, token, token, password))
		trace := strings.Repeat("compiling\n", rnd.IntN(9000)) + "password is " + password + "\n"
		s.add(at+2, 1+rnd.IntN(4), "PATCH", fmt.Sprintf("/api/v4/jobs/%d/trace", job), 202, []string{"Job-Token", token, "Content-Type", "text/plain", "Content-Range", fmt.Sprintf("0-%d", len(trace)-1)}, trace,
			[]string{"Job-Status", "running"}, "")
		s.add(at+3, 1, "GET", fmt.Sprintf("/api/v4/jobs/%d/artifacts", job), 302, []string{"Job-Token", token}, "",
			[]string{"Location", "https://storage.example.com/a?X-Amz-Signature=" + signature}, "moved with "+signature)
		s.add(at+4, 1, "GET", "/other?private_token="+s.secret("glpat-", 20), 200, nil, "",
			[]string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, packed(fmt.Sprintf(`{"password":%q}`, password)))
		s.add(at+5, 2, "PUT", fmt.Sprintf("/api/v4/jobs/%d", job), 200, []string{"Job-Token", token}, fmt.Sprintf(`{"token":%q,"state":"success"}`, token), nil, "200")
		broken := s.exchanges[len(s.exchanges)-1-rnd.IntN(3)]
		broken.Failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "reset while " + password + " came"}
	}
	last := s.exchanges[len(s.exchanges)-4] // a piece of a trace
	last.State, last.Ended, last.Response, last.Failure = runnertape.InFlight, time.Time{}, nil, nil
	s.bodies[last.ID] = [2][]byte{[]byte("a beginning of " + s.secrets[0] + " and more"), nil}
	return s
}

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func (s *played) secret(prefix string, n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := []byte(prefix)
	for range n {
		b = append(b, letters[s.rnd.IntN(len(letters))])
	}
	s.secrets = append(s.secrets, string(b))
	return string(b)
}

// add takes an exchange that begins so many seconds after the recording and takes so many.
func (s *played) add(at, takes int, method, target string, status int, request []string, body string, response []string, answer string) {
	x := &runnertape.Exchange{
		ID: uint64(len(s.exchanges) + 1), State: runnertape.Done, Way: runnertape.Reverse, Scheme: "https", Host: "gitlab.example.com",
		Started: time.Unix(int64(1e9+at), 0).UTC(), Ended: time.Unix(int64(1e9+at+takes), 5e8).UTC(),
		Request:  runnertape.Request{Method: method, Target: target, Proto: "HTTP/1.1", Header: headerOf(request), Body: runnertape.Body{Framing: runnertape.Chunked, Bytes: int64(len(body))}},
		Response: &runnertape.Response{Status: status, Proto: "HTTP/1.1", Header: headerOf(response), Body: runnertape.Body{Framing: runnertape.Chunked, Bytes: int64(len(answer))}},
	}
	x.Replied = x.Ended.Add(-time.Millisecond)
	s.exchanges = append(s.exchanges, x)
	s.bodies[x.ID] = [2][]byte{[]byte(body), []byte(answer)}
}

func headerOf(all []string) (h runnertape.Header) {
	for i := 0; i < len(all); i += 2 {
		h = append(h, runnertape.Field{Name: all[i], Value: all[i+1]})
	}
	return h
}

// play records the session: at each second what began then begins, and what ended ends.
func (s *played) play(t *testing.T, path string, h runnertape.Recording, secrets *redact.Redactor) {
	t.Helper()
	h.Upstream = "https://gitlab.example.com"
	w, err := store.Create(path, h)
	mustDo(t, err)
	sink := redact.NewSink(w, secrets, decode.NewDecoder(h.Upstream), nil)
	write := func(id uint64, side runnertape.Side) {
		for b := s.bodies[id][side-runnertape.RequestSide]; len(b) > 0; {
			n := 1 + s.rnd.IntN(min(len(b), 3000))
			mustDo(t, sink.Write(id, side, b[:n]))
			b = b[n:]
		}
	}
	for second := range 100 {
		now := time.Unix(int64(1e9+second), 0).UTC()
		for _, x := range s.exchanges {
			if !x.Ended.IsZero() && x.Ended.Truncate(time.Second).Add(time.Second).Equal(now) {
				replied, ended, response := *beginning(x), *x, *x.Response
				again := response
				replied.Replied, replied.Response, ended.Response = x.Replied, &again, &response
				mustDo(t, sink.Put(&replied))
				write(x.ID, runnertape.ResponseSide)
				if x.Failure != nil {
					failure := *x.Failure
					ended.Failure = &failure
				}
				mustDo(t, sink.Put(&ended))
			}
		}
		for _, x := range s.exchanges {
			if x.Started.Equal(now) {
				mustDo(t, sink.Put(beginning(x)))
				write(x.ID, runnertape.RequestSide)
			}
		}
	}
	mustDo(t, w.Close())
}
