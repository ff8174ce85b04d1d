package replay

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape/redact"
)

// twoTokens is a tape of two jobs, 41 and 42, with stand-ins for their tokens if there is a key.
func twoTokens(key []byte, tokens [2]string) *Tape {
	tape := NewTape("http://gitlab.example")
	tape.key = key
	for n, token := range tokens {
		if key != nil {
			token = redact.New(key).StandIn(token)
		}
		tape.Add(handOut(fmt.Sprintf(`{"id":%d,"token":%q}`, 41+n, token)), put(fmt.Sprint(41+n), `{"state":"success"}`, 200))
	}
	return tape
}

// What a request has for its token, where GitLab looks for it.
type showing struct {
	name                string
	query, header, body string // %s is the token
	put, patch          bool   // found in an update; in a patch and an upload
}

var showings = []showing{
	{"body", "", "", `{"token":"%s",`, true, false},
	{"header", "", "%s", `{`, false, true},
	{"query", "&token=%s", "", `{`, true, true},
	{"body before all", "&token=none", "none", `{"token":"%s",`, true, false},
	{"query before the header", "&token=%s", "none", `{`, true, true},
	{"empty body", "&token=%s", "%s", `{"token":"",`, false, true},
	{"empty query", "&token=", "%s", `{`, false, false},
}

// Job tokens are checked as GitLab checks them, be they the recorded ones or their stand-ins.
func TestJobTokens(t *testing.T) {
	for i, pair := range tokens {
		for _, key := range [][]byte{nil, redact.NewKey()} {
			for _, s := range showings {
				t.Run(fmt.Sprintf("%d redacted=%t %s", i, key != nil, s.name), func(t *testing.T) {
					shown := []string{pair[1]}
					if key != nil {
						shown = append(shown, redact.New(key).StandIn(pair[1]))
					}
					for _, token := range shown {
						r := start(t, twoTokens(key, pair), nil)
						r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
						r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
						says := func(how string) string { return strings.ReplaceAll(how, "%s", token) }
						header := []string{"Content-Range", "0-4", "Job-Token", says(s.header)}
						refused := 0
						status := func(good bool, then int) int {
							if good {
								return then
							}
							refused++
							return 403
						}
						r.askAs("PATCH", "", "/api/v4/jobs/42/trace?debug_trace=false"+says(s.query), "hello", header...).want(t, status(s.patch, 202))
						body, contentType := multipartOf("file", "art.zip", "content")
						r.askAs("POST", "", "/api/v4/jobs/42/artifacts?artifact_format=zip"+says(s.query), body, append(header, "Content-Type", contentType)...).want(t, status(s.patch, 201))
						want := status(s.put, 200)
						if !s.put && s.body == "{" && s.query == "" {
							want = 400
						}
						r.askAs("PUT", "", "/api/v4/jobs/42?x"+says(s.query), says(s.body)+`"state":"success"}`, header...).want(t, want)
						if c := r.Receipt(); len(c.WrongTokens) != refused {
							t.Errorf("%d refused, told %+v", refused, c.WrongTokens)
						}
					}
				})
			}
		}
	}
}

// A wrong token is told, and changes nothing.
func TestWrongTokens(t *testing.T) {
	clock := newClock()
	var log bytes.Buffer
	r, err := New(twoTokens(redact.NewKey(), tokens[0]), Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Now: clock.now, LostAfter: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	clock.forward(59 * time.Second)
	upload, contentType := multipartOf("file", "art.zip", "content")
	for _, wrong := range []struct{ token, reason string }{
		{"", "it came without a job token"},
		{tokens[0][1], "its token is that of job 42"},
		{"glcbt-64_ofNoJobThatThereIs", "its token is that of no job of this replay"},
	} {
		for _, a := range []said{
			r.askAs("PATCH", "", "/api/v4/jobs/41/trace", "hello", "Job-Token", wrong.token, "Content-Range", "0-4"),
			r.askAs("PUT", "", "/api/v4/jobs/41", fmt.Sprintf(`{"token":%q,"state":"failed"}`, wrong.token), "Job-Token", tokens[0][0]),
			r.askAs("POST", "", "/api/v4/jobs/41/artifacts", upload, "Job-Token", wrong.token, "Content-Type", contentType),
		} {
			a.want(t, 403, headerJobStatus, "", "Content-Type", "application/json")
			if a.body != `{"message":"403 Forbidden"}` {
				t.Errorf("%s", a.body)
			}
		}
		c := r.Receipt()
		if n := len(c.WrongTokens); n == 0 || c.WrongTokens[n-1].Reason != wrong.reason || c.WrongTokens[n-1].JobID != 41 {
			t.Errorf("told %+v, want %s", c.WrongTokens, wrong.reason)
		}
		for _, text := range []string{c.Summary(), log.String()} {
			if !strings.Contains(text, wrong.reason) {
				t.Errorf("not told %q in:\n%s", wrong.reason, text)
			}
		}
	}
	if a := r.askAs("PUT", "", "/api/v4/jobs/41", `{"state":"failed"}`, "Job-Token", tokens[0][0]).want(t, 400); a.body != `{"error":"token is missing"}` {
		t.Errorf("%s", a.body)
	}
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", "Job-Token", tokens[0][0], "Content-Range", "0-4").want(t, 403) // which nobody has
	c := r.Receipt()
	if j := c.Jobs[0]; j.TraceBytes != 0 || len(j.Uploads) > 0 || j.Ended || len(c.WrongTokens) != 11 || c.Missed > 0 {
		t.Errorf("receipt %+v", c)
	}
	clock.forward(2 * time.Second) // its runner has said nothing
	if a := r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201); !strings.Contains(a.body, `"id":43`) {
		t.Errorf("not offered again: %s", a.body)
	}
	r.say(t, 42, "success")
	r.say(t, 43, "success").want(t, 200)
	if c := r.Receipt(); c.Same() {
		t.Error("not seen by --strict")
	}
}

// A job that is played again has another token, and only that; what its runner before still says is that one's.
func TestFreshTokens(t *testing.T) {
	for _, key := range [][]byte{nil, redact.NewKey()} {
		clock := newClock()
		r, err := New(twoTokens(key, tokens[0]), Options{Now: clock.now, LostAfter: time.Minute, Jobs: []int64{41}})
		if err != nil {
			t.Fatal(err)
		}
		first := r.next(t, "{}")
		clock.forward(2 * time.Minute)
		again := r.next(t, "{}")
		if first.Token == again.Token || first.ID == again.ID {
			t.Fatalf("offered %+v, and then %+v", first, again)
		}
		say := func(id int64, token string) said {
			return r.askAs("PUT", "", fmt.Sprint("/api/v4/jobs/", id), fmt.Sprintf(`{"token":%q,"state":"running"}`, token))
		}
		say(first.ID, first.Token).want(t, 403, headerJobStatus, "failed")
		say(again.ID, again.Token).want(t, 200)
		say(again.ID, first.Token).want(t, 403, headerJobStatus, "")
		say(first.ID, again.Token).want(t, 403, headerJobStatus, "")
		var reasons []string
		for _, m := range r.Receipt().WrongTokens {
			reasons = append(reasons, m.Reason)
		}
		if want := []string{"its token is that of job 41", fmt.Sprintf("its token is that of job %d", again.ID)}; !slices.Equal(reasons, want) {
			t.Errorf("told %q, want %q", reasons, want)
		}
	}
}

// A token that a payload has for a download is good for that, and for nothing else, though it is not that of the job that made it.
func TestTokensOfDependencies(t *testing.T) {
	const own, given = "glcbt-64_job8token00000000", "glcbt-64_signedOnceMore000"
	for _, key := range [][]byte{nil, redact.NewKey()} {
		has := func(token string) string {
			if key == nil {
				return token
			}
			return redact.New(key).StandIn(token)
		}
		upload, contentType := multipartOf("file", "art.zip", "PK recorded")
		tape := NewTape("http://gitlab.example")
		tape.key = key
		tape.Add(
			handOut(fmt.Sprintf(`{"id":8,"token":%q}`, has(own))),
			Take{Method: "POST", URL: "/api/v4/jobs/8/artifacts", Header: []string{"Content-Type", contentType}, Body: upload, Status: 201},
			put("8", `{"state":"success"}`, 200),
			handOut(fmt.Sprintf(`{"id":9,"token":%q,"dependencies":[{"id":8,"token":%q}]}`, has(tokens[0][0]), has(given))),
			fetched("/api/v4/jobs/8/artifacts", 200, "PK recorded"), put("9", `{"state":"success"}`, 200),
		)
		r := start(t, tape, nil)
		download := func(id int, token string) said {
			return r.askAs("GET", "", fmt.Sprintf("/api/v4/jobs/%d/artifacts", id), "", "Job-Token", token)
		}
		r.next(t, "{}")
		r.say(t, 8, "success").want(t, 200)
		r.next(t, "{}")
		download(8, given).want(t, 200)
		download(8, has(given)).want(t, 200)
		download(9, given).want(t, 403)
		r.askAs("PUT", "", "/api/v4/jobs/9", fmt.Sprintf(`{"token":%q,"state":"success"}`, given)).want(t, 403)
		r.say(t, 9, "success").want(t, 200)
	}
}

// Where the recording does not have the token, any is good.
func TestNoToken(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(handOut(`{"id":42}`)), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	for _, token := range []string{"", "any", tokens[0][0]} {
		r.askAs("PUT", "", "/api/v4/jobs/42", `{"state":"running"}`, "Job-Token", token).want(t, 200)
	}
	if c := r.Receipt(); len(c.WrongTokens) > 0 {
		t.Errorf("told %+v", c.WrongTokens)
	}
}

// Two jobs with one number are two jobs of two GitLabs: who is late with the first is not told of for that.
func TestTokenOfEarlier(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(fmt.Sprintf(`{"id":42,"token":%q}`, tokens[0][0])), put("42", `{"state":"success"}`, 200),
		handOut(fmt.Sprintf(`{"id":42,"token":%q}`, tokens[0][1])), put("42", `{"state":"success"}`, 200),
	), nil)
	for _, token := range tokens[0] {
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
		final := fmt.Sprintf(`{"token":%q,"state":"success"}`, token)
		r.askAs("PUT", "", "/api/v4/jobs/42", final).want(t, 200)
	}
	r.askAs("PUT", "", "/api/v4/jobs/42", fmt.Sprintf(`{"token":%q,"state":"success"}`, tokens[0][0])).want(t, 403)
	if c := r.Receipt(); len(c.WrongTokens) > 0 || !c.Same() {
		t.Errorf("receipt %+v", c)
	}
}
