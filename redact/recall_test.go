package redact

import (
	"bytes"
	"fmt"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// hand sends a job with one variable of its own through the Sink.
func hand(t *testing.T, s *Sink, exchange uint64, job int, secret string) {
	t.Helper()
	drive(t, newRandom(exchange), s, exchange, jobAnswer(fmt.Appendf(nil,
		`{"id":%d,"token":%q,"variables":[{"key":"OWN","value":%q,"public":false}]}`, job, ownToken(job), secret)))
}

// finish is the update that ends a job.
func finish(t *testing.T, s *Sink, exchange uint64, job int) {
	t.Helper()
	drive(t, newRandom(exchange), s, exchange, call{
		method: "PUT", target: fmt.Sprintf("/api/v4/jobs/%d", job), request: []string{"Job-Token", ownToken(job)},
		body: []byte(`{"state":"success"}`), status: 200, answer: []byte("200"),
	})
}

func ownToken(job int) string {
	return fmt.Sprintf("glcbt-64_%08xAbCd%08d", uint32(job*0x9E3779B1), job)
}

func ownSecret(job int) string {
	return fmt.Sprintf("pass word %d: %x \"quoted\"", job, job*0x9E3779B1)
}

// Jobs that ended long ago are forgotten, one that still runs is not, and what comes
// again gets the stand-in it had.
func TestForgets(t *testing.T) {
	const jobs = 12_000
	r := New(testKey)
	s := NewSink(nowhere{}, r, decode.NewDecoder(), nil)
	hand(t, s, 1, 1, ownSecret(1))
	hand(t, s, 2, 2, ownSecret(2))
	finish(t, s, 3, 2)
	first := r.String(ownSecret(2))
	always := "kept by being declared"
	most := 0
	for job := 3; job <= jobs; job++ {
		id := uint64(job * 2)
		hand(t, s, id, job, ownSecret(job))
		finish(t, s, id+1, job)
		if job%100 == 50 {
			r.Learn(always)
		}
		most = max(most, len(r.forms.byText))
	}
	if got := r.recall.bytes; got > maxIdle {
		t.Errorf("%d bytes of secrets of no running job", got)
	}
	for name, n := range map[string]int{"secrets": 4 * len(r.secrets), "stand-ins": 4 * len(r.standIns), "heads": len(r.forms.byHead), "spellings": most} {
		if limit := maxIdle / formSize; n > limit {
			t.Errorf("%d %s, more than %d", n, name, limit)
		}
	}
	if len(r.recall.held) != 1 || r.recall.order.Len() != 1 || len(s.live) != 0 || len(r.recall.journal) != 0 {
		t.Errorf("%d jobs run, %d exchanges are in flight", len(r.recall.held), len(s.live))
	}
	for secret, known := range map[string]bool{ownSecret(1): true, ownSecret(2): false, ownSecret(jobs): true, always: true} {
		if got := r.String(secret); (got != secret) != known {
			t.Errorf("%q became %q", secret, got)
		}
	}
	hand(t, s, 3*jobs, 2, ownSecret(2))
	if again := r.String(ownSecret(2)); again != first {
		t.Errorf("the stand-in was %q, and is now %q", first, again)
	}
}

// Of jobs that never end the oldest are let go, so that their number is bounded too.
func TestForgetsUnended(t *testing.T) {
	r := New(testKey)
	s := NewSink(nowhere{}, r, decode.NewDecoder(), nil)
	for job := 1; job <= maxRunning+10; job++ {
		hand(t, s, uint64(job), job, ownSecret(job))
	}
	if len(r.recall.held) != maxRunning || r.recall.order.Len() != maxRunning || r.recall.held[10] != nil || r.recall.held[11] == nil {
		t.Errorf("%d jobs run", len(r.recall.held))
	}
	hand(t, s, 1e6, 11, ownSecret(11)) // given again
	if len(r.recall.held) != maxRunning {
		t.Errorf("%d jobs run", len(r.recall.held))
	}
}

// Jobs whose payloads have very many secrets count as ended, the oldest first.
func TestForgetsMany(t *testing.T) {
	rnd := newRandom(1)
	s := NewSink(nowhere{}, New(testKey), decode.NewDecoder(), nil)
	k := &s.secrets.recall
	for job := 1; job <= 2; job++ {
		body := fmt.Appendf(nil, `{"id":%d,"token":"glcbt-64_%s","variables":[`, job, randomOf(rnd, alnum, 20))
		for i := range 50_000 {
			body = fmt.Appendf(body, `{"key":"K%d","value":"%s","masked":true},`, i, randomOf(rnd, alnum, 10))
		}
		drive(t, rnd, s, uint64(job), jobAnswer(append(body[:len(body)-1], `]}`...)))
		if k.held[int64(job)] == nil || len(k.held) != 1 || k.taken <= maxTaken || k.bytes > maxIdle {
			t.Errorf("%d jobs are held, of %d bytes, and %d others", len(k.held), k.taken, k.bytes)
		}
	}
	s.secrets.jobEnded(2)
	if k.taken != 0 || len(s.secrets.secrets) > maxIdle/300 {
		t.Errorf("%d bytes are held, %d secrets known", k.taken, len(s.secrets.secrets))
	}
}

// Spellings that two secrets share stay until both are forgotten.
func TestSharedSpellings(t *testing.T) {
	r := New(testKey)
	line := "a line with " + randomOf(newRandom(1), alnum, 20)
	one, two := r.learn("one\n"+line), r.learn("two\n"+line)
	r.forms.drop(one)
	r.forms.rebuild()
	if got := r.String(line); got == line {
		t.Errorf("%q is not known any more", line)
	}
	r.forms.drop(two)
	r.forms.rebuild()
	if got := r.String(line); got != line || len(r.forms.byText) != 0 {
		t.Errorf("%q became %q", line, got)
	}
}

// A payload with more secrets than are remembered is redacted all the same.
func TestManySecretsAtOnce(t *testing.T) {
	rnd := newRandom(1)
	body := []byte(`{"id":1,"token":"glcbt-64_abcdefGHIJ0123456789","variables":[`)
	var secrets []string
	for i := range 30 {
		secrets = append(secrets, randomOf(rnd, alnum, 200<<10))
		body = fmt.Appendf(body, `{"key":"K%d","value":"%s","public":false},`, i, secrets[i])
	}
	next := newMemory()
	s := NewSink(next, New(testKey), decode.NewDecoder(), nil)
	drive(t, rnd, s, 1, jobAnswer(append(body[:len(body)-1], `]}`...)))
	for i, secret := range secrets {
		if bytes.Contains(next.bodies[bodyKey(1, runnertape.ResponseSide)], []byte(secret)) {
			t.Errorf("secret %d is left", i)
		}
	}
}
