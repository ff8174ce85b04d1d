package replay

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"runnertape/redact"
)

// redacted is a tape whose takes are given with stand-ins, and what makes them.
func redacted(upstream string) (*Tape, *redact.Redactor) {
	tape := NewTape(upstream)
	tape.key = redact.NewKey()
	return tape, redact.New(tape.key)
}

// basicAuth is the Authorization of git and registries.
func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// tokens are job tokens of every form GitLab has given out, two of each.
var tokens = [][2]string{
	{"glcbt-64_Ab3dEfGh1jKlMnOpQrSt", "glcbt-64_Zy9xWvUt8sRqPoNmLkJi"},
	{"glcbt-aBcDeFgHiJ1234567890", "glcbt-JiHgFeDcBa0987654321"},
	{"9f8e7d6c5b4a39281706", "a1b2c3d4e5f607182930"}, // GitLab before 16
	{jwt("one"), jwt("two")},
}

func jwt(subject string) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return "glcbt-" + part(`{"alg":"RS256","typ":"JWT"}`) + "." + part(strings.Repeat(`{"sub":"`+subject+`"}`, 20)) + "." + part(strings.Repeat(subject+"signature", 20))
}

// The original token, its stand-in and one that is not in the recording all lead to a recorded answer,
// the first two to what that caller got then.
func TestLiveTokens(t *testing.T) {
	for i, token := range tokens {
		for _, how := range []struct {
			name string
			with func(token string) (query string, header []string)
		}{
			{"Job-Token", func(token string) (string, []string) { return "", []string{"Job-Token", token} }},
			{"JOB-TOKEN", func(token string) (string, []string) { return "", []string{"JOB-TOKEN", token} }},
			{"Private-Token", func(token string) (string, []string) { return "", []string{"Private-Token", token} }},
			{"Bearer", func(token string) (string, []string) { return "", []string{"Authorization", "Bearer " + token} }},
			{"Basic", func(token string) (string, []string) {
				return "", []string{"Authorization", basicAuth("gitlab-ci-token", token)}
			}},
			{"token as user", func(token string) (string, []string) {
				return "", []string{"Authorization", basicAuth(token, "x-oauth-basic")}
			}},
			{"query", func(token string) (string, []string) { return "&job_token=" + token, nil }},
			{"private_token", func(token string) (string, []string) { return "&private_token=" + token, nil }},
		} {
			t.Run(fmt.Sprintf("%d %s", i, how.name), func(t *testing.T) {
				tape, rules := redacted("http://gitlab.example")
				const path = "/api/v4/job?page=1"
				for n, original := range token {
					standIn := rules.StandIn(original)
					if standIn == original {
						t.Fatalf("%s is no secret", original)
					}
					query, header := how.with(standIn)
					tape.Add(
						handOut(fmt.Sprintf(`{"id":%d,"token":%q}`, 41+n, standIn)),
						Take{Method: "GET", URL: path + query, Header: header, Status: 200, Content: fmt.Sprint("job ", n)},
					)
				}
				tape.Add(Take{Method: "GET", URL: path, Status: 401, Content: "who are you"})
				r := start(t, tape, nil)
				for n := range token { // not in recorded order
					original := token[1-n]
					for _, live := range []string{original, rules.StandIn(original)} {
						query, header := how.with(live)
						if a := r.ask("GET", path+query, "", header...).want(t, 200); a.body != fmt.Sprint("job ", 1-n) {
							t.Errorf("%s got %q", live, a.body)
						}
						query, header = how.with(live)
						r.ask("GET", "/other?"+query, "", header...).want(t, 404)
						c := r.Receipt()
						if got := c.Misses[len(c.Misses)-1].JobID; got != int64(41+1-n) {
							t.Errorf("the miss is told of job %d", got)
						}
					}
				}
				r.ask("GET", path, "").want(t, 401)
				before := r.Receipt().Anonymous
				query, header := how.with("glcbt-64_notInTheRecording01")
				if a := r.ask("GET", path+query, "", header...).want(t, 200); !strings.HasPrefix(a.body, "job ") {
					t.Errorf("a new token got %q", a.body)
				}
				alone := int64(0)
				if query != "" { // with a header the address is the same
					alone = 1
				}
				if got := r.Receipt().Anonymous - before; got != alone {
					t.Errorf("%d answered by the address alone", got)
				}
			})
		}
	}
}

// Where secrets were kept there are no stand-ins, and values match as they are.
func TestLiveKept(t *testing.T) {
	tape := NewTape("http://gitlab.example")
	for n, token := range tokens[0] {
		tape.Add(Take{Method: "GET", URL: "/api/v4/job", Header: []string{"Job-Token", token}, Status: 200, Content: fmt.Sprint(n)})
	}
	r := start(t, tape, nil)
	for n, token := range tokens[0] {
		if a := r.ask("GET", "/api/v4/job", "", "Job-Token", token).want(t, 200); a.body != fmt.Sprint(n) {
			t.Errorf("%d got %s", n, a.body)
		}
	}
	if standIn := redact.New(redact.NewKey()).StandIn(tokens[0][1]); standIn != tokens[0][1] {
		if a := r.ask("GET", "/api/v4/job", "", "Job-Token", standIn).want(t, 200); a.body != "0" { // a token like any other
			t.Errorf("got %s", a.body)
		}
	}
}

// A URL that is signed anew for each use is found by what else it says, however the storage signs.
func TestLiveSignatures(t *testing.T) {
	tape, rules := redacted("http://gitlab.example")
	const signature = "3f1c0e9ad5b84f77b6b5d0a1c2e3f4a5968778695a4b3c2d1e0f"
	for _, c := range []struct{ path, recorded, live string }{
		{"/s3", "X-Amz-Date=20260101T000000Z&X-Amz-Expires=900&X-Amz-Signature=" + rules.StandIn(signature), "X-Amz-Date=20261124T000000Z&X-Amz-Expires=899&X-Amz-Signature=" + signature},
		{"/azure", "sv=2024&se=2026-01-01&sig=" + rules.StandIn(signature), "sv=2024&se=2026-11-24&sig=another%2Bone%3D"},
		{"/gcs", "Expires=1&Signature=" + rules.StandIn(signature) + "&generation=7", "Expires=2&Signature=other&generation=7"},
	} {
		tape.Add(Take{Method: "GET", URL: "http://cache.example" + c.path + "?" + c.recorded, Status: 200, Content: c.path})
		r := start(t, tape, nil)
		if a := r.askAt("GET", "http://cache.example", c.path+"?"+c.live, "").want(t, 200); a.body != c.path {
			t.Errorf("got %q", a.body)
		}
		if n := r.Receipt().Anonymous; n != 1 {
			t.Errorf("%s: %d by the address alone", c.path, n)
		}
	}
	r := start(t, tape, nil)
	r.askAt("GET", "http://cache.example", "/gcs?Expires=2&Signature=other&generation=8", "").want(t, 404) // asks for something else
}

// Nothing that a live request presents is in the receipt or in the log, whether the recording has it or not.
func TestLiveNothingShown(t *testing.T) {
	for _, key := range [][]byte{nil, redact.NewKey()} {
		for _, token := range []string{"glrt-t1_Ab3dEfGh1jKlMnOpQrSt", "9f8e7d6c5b4a39281706", "my-own-pass.word/42"} {
			own := token
			if key != nil {
				own = redact.New(key).StandIn(token)
			}
			tape := NewTape("http://gitlab.example").Add(handOut(fmt.Sprintf(`{"id":42,"token":%q}`, own)), handOut(`{"id":43,"token":"`+job42Token+`"}`))
			tape.key = key
			var log bytes.Buffer
			r, err := New(tape, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			if err != nil {
				t.Fatal(err)
			}
			body := fmt.Sprintf(`{"token":%q,"info":{}}`, token)
			r.ask("POST", "/api/v4/runners/verify", body, "Runner-Token", token)
			r.ask("POST", "/api/v4/runners/reset_authentication_token", body)
			r.ask("POST", "/api/v4/jobs/request", body, "Private-Token", token).want(t, 201)
			auth := []string{"Job-Token", token, "Authorization", basicAuth("gitlab-ci-token", token), "Content-Range", "x" + token}
			r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", auth...).want(t, 202)
			r.ask("PATCH", "/"+token+"/api/v4/jobs/42/trace", "you", auth...).want(t, 416)
			r.ask("PATCH", "/"+token+"/api/v4/jobs/43/trace", "hello", auth...).want(t, 403)
			r.ask("PUT", "/api/v4/jobs/42", fmt.Sprintf(`{"token":%q,"state":"is %s"}`, token, token)).want(t, 400)
			r.ask("GET", "/nowhere/"+token+"/x?private_token="+token, "", auth...).want(t, 404)
			r.askAt("GET", "http://"+token+".example", "/", "", auth...).want(t, 404)
			r.ask("GET", "/grp/"+token+".git/info/refs?service=git-upload-pack", "", auth...).want(t, 404)
			r.ask("POST", "/api/v4/jobs/42/artifacts?artifact_type="+token, parts("junit", token+".xml"), append(auth, "Content-Type", "multipart/form-data; boundary=b")...).want(t, 201)
			r.ask("PUT", "/api/v4/jobs/42", fmt.Sprintf(`{"token":%q,"state":"failed","failure_reason":"of %s","checksum":%q}`, token, token, token)).want(t, 200)
			receipt, err := json.Marshal(r.Receipt())
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"receipt": string(receipt), "summary": r.Receipt().Summary(), "log": log.String()} {
				if strings.Contains(text, token) {
					t.Errorf("%q is in the %s:\n%s", token, name, text)
				}
			}
			if c := r.Receipt(); len(c.Jobs[0].Differences) == 0 || c.Missed != 3 || len(c.WrongTokens) != 1 {
				t.Errorf("receipt %s", receipt) // or else nothing was asked of it
			}
		}
	}
}

// parts is a multipart body with one file, of the boundary "b".
func parts(content, name string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--b--\r\n"
}

// Runners that present a recorded token, or its original, are told apart.
func TestLiveRunners(t *testing.T) {
	tape, rules := redacted("http://gitlab.example")
	const one, two, next = "glrt-t1_Ab3dEfGh1jKlMnOpQrSt", "glrt-t2_Zy9xWvUt8sRqPoNmLkJi", "glrt-t1_NewTokenOfTheFirst01"
	for id, token := range map[int]string{7: one, 8: two} {
		tape.Add(Take{
			Method: "POST", URL: "/api/v4/runners/verify", Body: fmt.Sprintf(`{"token":%q}`, rules.StandIn(token)), Status: 200,
			Answer: []string{"Content-Type", jsonType}, Content: fmt.Sprintf(`{"id":%d,"token":%q,"token_expires_at":null}`, id, rules.StandIn(token)),
		})
	}
	tape.Add(Take{
		Method: "POST", URL: "/api/v4/runners/reset_authentication_token", Body: fmt.Sprintf(`{"token":%q}`, rules.StandIn(one)), Status: 201,
		Answer: []string{"Content-Type", jsonType}, Content: fmt.Sprintf(`{"token":%q,"token_expires_at":"2026-01-01T00:00:00Z"}`, rules.StandIn(next)),
	})
	r := start(t, tape, nil)
	for token, id := range map[string]int{one: 7, two: 8, rules.StandIn(one): 7, rules.StandIn(two): 8, next: 7, rules.StandIn(next): 7} {
		a := r.ask("POST", "/api/v4/runners/verify", fmt.Sprintf(`{"token":%q}`, token)).want(t, 200)
		if want := fmt.Sprintf(`{"id":%d,"token":%q,"token_expires_at":null}`, id, token); a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
	for _, token := range []string{one, rules.StandIn(one), "glrt-any-token-of-its-own"} {
		a := r.ask("POST", "/api/v4/runners/reset_authentication_token", fmt.Sprintf(`{"token":%q}`, token)).want(t, 201)
		if want := fmt.Sprintf(`{"token":%q,"token_expires_at":null}`, rules.StandIn(next)); a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
}
