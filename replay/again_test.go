package replay

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"runnertape"
	"runnertape/received"
)

// A loop begins anew when all jobs were handed out, with new numbers and tokens, and each round is one of its own.
func TestLoopRounds(t *testing.T) {
	r, err := New(chained(), Options{Loop: true})
	if err != nil {
		t.Fatal(err)
	}
	var tokens []string
	for round := range int64(4) {
		build := r.next(t, "{}")
		if want := max(42, 42+2*round); build.ID != want {
			t.Errorf("round %d: job %d, want %d", round, build.ID, want)
		}
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
		r.say(t, build.ID, "success").want(t, 200)
		test := r.next(t, "{}")
		if need := test.Needs[0]; test.ID != build.ID+1 || need.ID != build.ID || need.Token != build.Token {
			t.Errorf("round %d: %+v after %+v", round, test, build)
		}
		if got := r.index.jobOfToken(test.Token); got != test.ID {
			t.Errorf("round %d: the token is of job %d", round, got)
		}
		if slices.Contains(tokens, build.Token) || slices.Contains(tokens, test.Token) {
			t.Errorf("round %d: a token comes again", round)
		}
		tokens = append(tokens, build.Token, test.Token)
		end := "success"
		if round == 1 {
			end = "failed"
		}
		r.say(t, test.ID, end).want(t, 200)
		c := r.Receipt()
		if c.Rounds != int(round)+1 || c.Jobs[0].ID != 42 || !c.Jobs[0].Same() || c.Jobs[1].Same() != (round < 1) || len(c.Unused) != 0 {
			t.Errorf("round %d: receipt %+v", round, c)
		}
	}
	r.odd(43, "odd") // is said of who plays it now
	if j := r.index.job(49); j == nil || len(j.notes) != 1 {
		t.Errorf("job 49: %+v", j)
	}
	// of what is forgotten only that it was there
	r.say(t, 44, "running").want(t, 403, "Job-Status", "failed")
	r.say(t, 48, "running").want(t, 403, "Job-Status", "success")
	r.say(t, 99, "running").want(t, 404)
	if n := len(r.index.played); n > 6 {
		t.Errorf("%d jobs are kept", n)
	}
	select {
	case <-r.Done():
		t.Error("a loop is done")
	default:
	}
	if d := r.Receipt().Jobs[1].Differences; !slices.Contains(d, "of 4 times that it was handed out, it ended 1 otherwise than recorded") {
		t.Errorf("differences %q", d)
	}
}

// New tokens look like those they stand for, in a recording with stand-ins too.
func TestFreshToken(t *testing.T) {
	for _, key := range [][]byte{nil, []byte("0123456789abcdef0123456789abcdef")} {
		for _, token := range []string{"", "glcbt-64_job42token0000000", "glcbt-eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJlLW9mLXRoZS1qb2I", "0123456789abcdefABCD"} {
			fresh := freshToken(key, token)
			if len(fresh) != len(token) || token != "" && (fresh == token || freshToken(key, token) == fresh) {
				t.Errorf("%q becomes %q", token, fresh)
			}
			if len(token) > 20 && fresh[:6] != "glcbt-" {
				t.Errorf("%q becomes %q", token, fresh)
			}
		}
	}
}

// The artifacts of a job that a round needs are those of that round.
func TestLoopArtifacts(t *testing.T) {
	store := received.Temporary(t.TempDir())
	defer store.Close()
	r, err := New(chained(), Options{Loop: true, Received: store})
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{"made first", "made second", "made third"} {
		build := r.next(t, "{}")
		body, contentType := multipartOf("file", "a.zip", made)
		r.ask("POST", fmt.Sprintf("/api/v4/jobs/%d/artifacts", build.ID), body, "Content-Type", contentType, "Job-Token", build.Token).want(t, 201)
		r.say(t, build.ID, "success").want(t, 200)
		test := r.next(t, "{}")
		need := test.Needs[0]
		if a := r.ask("GET", fmt.Sprintf("/api/v4/jobs/%d/artifacts", need.ID), "", "Job-Token", need.Token).want(t, 200); a.body != made {
			t.Errorf("got %q, want %q", a.body, made)
		}
		r.say(t, test.ID, "success").want(t, 200)
	}
}

// A redirect to storage leads to what the job has made that plays it last.
func TestLoopStorage(t *testing.T) {
	const base = "http://gitlab.example"
	r, err := New(twoJobs(runnertape.Forward, "http://storage.example"), Options{Loop: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{"made first", "made second", "made third"} {
		var build, test offered
		for _, one := range []*offered{&build, &test} {
			a := r.askAt("POST", base, "/api/v4/jobs/request", "{}").want(t, 201)
			if err := json.Unmarshal([]byte(a.body), one); err != nil {
				t.Fatal(err)
			}
			if one == &build {
				body, contentType := multipartOf("file", "a.zip", made)
				r.askAt("POST", base, fmt.Sprintf("/api/v4/jobs/%d/artifacts", build.ID), body, "Content-Type", contentType).want(t, 201)
				r.say(t, build.ID, "success").want(t, 200)
			}
		}
		if a := r.askAt("GET", "http://storage.example", "/b/art.zip?X-Amz-Signature=aa", "").want(t, 200); a.body != made {
			t.Errorf("got %q, want %q", a.body, made)
		}
		r.say(t, test.ID, "success").want(t, 200)
	}
}
