package mint_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures"
	"runnertape/mint"
)

func open(t *testing.T, path string) *fixtures.Text {
	t.Helper()
	src, err := fixtures.Open(path)
	must(t, err)
	t.Cleanup(func() { must(t, src.Close()) })
	return src
}

// endpoints are those of a recording's exchanges, in order.
func endpoints(t *testing.T, r fixtures.Source) (all []decode.Endpoint) {
	t.Helper()
	for x, err := range r.Exchanges() {
		must(t, err)
		all = append(all, decode.Classify(x.Request.Method, x.Request.Path()).Endpoint)
	}
	return all
}

// A template of a recording has what the job fetched, and of its payload all that is not said, byte for byte.
func TestFromRecording(t *testing.T) {
	src := open(t, "../fixtures/runner-17.9.0-connect.txtar")
	template, err := mint.FromRecording(src, 1001)
	must(t, err)
	was, _ := payload(t, src)
	same := minted(t, template, mint.Job{})
	if now, _ := payload(t, same); !bytes.Equal(now, was) {
		t.Errorf("with nothing said the payload is\n%s\nwant\n%s", now, was)
	}
	if got, want := endpoints(t, same), []decode.Endpoint{decode.RequestJob, decode.Git, decode.Git, decode.Git, decode.Git}; !slices.Equal(got, want) {
		t.Errorf("it has %v, want %v", got, want)
	}
	if h := same.Header(); !h.Redacted || !bytes.Equal(h.Key, src.Header().Key) || h.Upstream != src.Header().Upstream {
		t.Errorf("header %+v", h)
	}
	changed := minted(t, template, mint.Job{Script: []string{"other"}, Variables: []mint.Variable{{Key: "PASSWORD", Value: "another-secret-0815"}, {Key: "NEW", Value: "x"}}, Expect: &mint.End{State: "success"}})
	raw, p := payload(t, changed)
	var before, after map[string]json.RawMessage
	must(t, json.Unmarshal(was, &before))
	must(t, json.Unmarshal(raw, &after))
	for key, value := range before {
		if !slices.Contains([]string{"steps", "variables"}, key) && !bytes.Equal(value, after[key]) {
			t.Errorf("%s is now %s", key, after[key])
		}
	}
	if v := p.Variables[len(p.Variables)-2]; v != (decode.Variable{Key: "PASSWORD", Value: "another-secret-0815", Masked: true}) {
		t.Errorf("a masked variable became %+v", v)
	}
	if changed.Header().Redacted || len(changed.Secrets()) != 1 {
		t.Errorf("a new secret is taken for a stand-in: %q", changed.Secrets())
	}
	if got := endpoints(t, changed); got[len(got)-1] != decode.UpdateJob {
		t.Errorf("it has %v", got)
	}

	template, err = mint.FromRecording(src, 1002)
	must(t, err)
	r := minted(t, template, mint.Job{})
	if got, want := endpoints(t, r)[:2], []decode.Endpoint{decode.RequestJob, decode.DownloadArtifacts}; !slices.Equal(got, want) {
		t.Errorf("a job with dependencies has %v, want %v", got, want)
	}
	body, err := r.Body(3, runnertape.ResponseSide)
	must(t, err)
	var archive bytes.Buffer
	_, err = archive.ReadFrom(body)
	must(t, err)
	if !strings.HasPrefix(archive.String(), "PK") {
		t.Errorf("what it downloaded begins with %.10q", archive.String())
	}
}

func TestNotFromRecording(t *testing.T) {
	src := open(t, "../fixtures/runner-17.9.0-connect.txtar")
	_, err := mint.FromRecording(src, 9)
	if no, ok := errors.AsType[*runnertape.NoSuchJob](err); !ok || len(no.Has) != 4 || err.Error() != "job 9 is not in the recording; it has 1001, 1002, 1003, 1004" {
		t.Error(err)
	}
}

// A payload may have members that nobody here knows, in any order.
func TestFromPayload(t *testing.T) {
	const given = `{"new_in_20":{"deep":[1.0]},"token":"glcbt-64_abcdefghij0123456789","id":5,"steps":[{"script":["a"],"name":"script","later":true}],"run":"[]",` +
		`"git_info":{"repo_url":"https://gitlab-ci-token:glcbt-64_abcdefghij0123456789@git.example/root/g/p.git"},` +
		`"variables":[{"key":"CI_SERVER_URL","value":"https://git.example/root","public":true,"masked":false,"hidden":false}]}`
	template, err := mint.FromPayload("", []byte(given))
	must(t, err)
	r := minted(t, template, mint.Job{})
	if raw, _ := payload(t, r); string(raw) != given {
		t.Errorf("with nothing said it is\n%s", raw)
	}
	if h := r.Header(); h.Upstream != "https://git.example/root" || h.Redacted {
		t.Errorf("header %+v", h)
	}
	if r.Lacks() != "/root/g/p" {
		t.Errorf("it lacks %q", r.Lacks())
	}
	for strategy, lacks := range map[string]string{"none": "", "empty": "", "clone": "/root/g/p"} {
		r := minted(t, template, mint.Job{Variables: []mint.Variable{{Key: "GIT_STRATEGY", Value: strategy}}})
		if r.Lacks() != lacks {
			t.Errorf("with GIT_STRATEGY %s it lacks %q", strategy, r.Lacks())
		}
	}
	raw, _ := payload(t, minted(t, template, mint.Job{Script: []string{"b"}, Name: "n"}))
	want := strings.NewReplacer(`"script":["a"]`, `"script":["b"]`, `,"run":"[]"`, ``).Replace(given)
	want = strings.TrimSuffix(want, "}") + `,"job_info":{"name":"n"}}`
	if string(raw) != want {
		t.Errorf("changed it is\n%s, want\n%s", raw, want)
	}
	for bad, says := range map[string]string{
		``: "no JSON object", `[]`: "no JSON object", `{"id":1`: "unexpected end of JSON", `{}`: "it has no id", `{"id":"x"}`: "it has no id",
	} {
		if _, err := mint.FromPayload("", []byte(bad)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for bad, says := range map[string]string{`{"id":1,"steps":7}`: "steps", `{"id":1,"variables":{}}`: "variables", `{"id":1,"steps":[7]}`: "steps"} {
		template, err := mint.FromPayload("", []byte(bad))
		must(t, err)
		if _, err := template.Mint(mint.Job{Script: []string{"x"}}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// cut is a recording whose responses broke off.
type cut struct{ *mint.Recording }

func (c cut) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range c.Recording.Exchanges() {
			response := *x.Response
			response.Body.Truncated = true
			x.Response = &response
			if !yield(x, err) {
				return
			}
		}
	}
}

// A payload that was not kept whole is no template, and one that was minted is.
func TestFromMinted(t *testing.T) {
	first := minted(t, mint.New(origin), everything(t))
	template, err := mint.FromRecording(first, 7)
	must(t, err)
	again := minted(t, template, mint.Job{Expect: &mint.End{State: "failed", ExitCode: 3}})
	if text(t, again) != text(t, first) {
		t.Error("minted again it is another")
	}
	if _, err := mint.FromRecording(cut{first}, 7); err == nil || err.Error() != "job 7: its payload was not recorded whole (exchange 1)" {
		t.Error(err)
	}
}
