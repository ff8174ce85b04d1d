package mint_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures"
	"runnertape/mint"
	"runnertape/redact"
)

var origin = mint.Origin{Job: 7, Project: "group/sub/project"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func minted(t *testing.T, template *mint.Template, j mint.Job) *mint.Recording {
	t.Helper()
	r, err := template.Mint(j)
	must(t, err)
	return r
}

// payload is the body of the 201, and what a runner reads in it.
func payload(t *testing.T, r fixtures.Source) ([]byte, *decode.JobPayload) {
	t.Helper()
	body, err := r.Body(1, runnertape.ResponseSide)
	must(t, err)
	var b bytes.Buffer
	_, err = b.ReadFrom(body)
	must(t, err)
	p, err := decode.ParseJobPayload(b.Bytes())
	must(t, err)
	if len(p.Faults) > 0 {
		t.Errorf("runners find fault: %q", p.Faults)
	}
	return b.Bytes(), p
}

func text(t *testing.T, r fixtures.Source) string {
	t.Helper()
	var b strings.Builder
	must(t, fixtures.Write(&b, r))
	return b.String()
}

// everything is a job with all that can be said.
func everything(t *testing.T) mint.Job {
	t.Helper()
	junit, err := mint.Report("junit", []string{"report.xml"})
	must(t, err)
	return mint.Job{
		Name: "Build it!", Stage: "build",
		BeforeScript: []string{"prepare"}, Script: []string{"make <all> && echo 'é'", "one\ntwo"}, AfterScript: []string{"tidy"},
		Image: mint.Image("alpine:3"), Services: []json.RawMessage{mint.Service("postgres:16", "db"), mint.Service("redis", "")},
		Artifacts: []json.RawMessage{mint.Archive([]string{"out/"}), junit}, Cache: []json.RawMessage{mint.Cache("key", []string{"a", "b"})},
		Variables: []mint.Variable{{Key: "A", Value: "1"}, {Key: "B", Value: "content", Marks: &mint.Marks{File: true, Raw: true, Public: true}}, {Key: "A", Value: "2"}},
		Timeout:   90 * time.Second,
		Fields:    []mint.Field{{Path: []string{"features", "trace_sections"}, Value: json.RawMessage(`false`)}, {Path: []string{"extra"}, Value: json.RawMessage(`[1]`)}},
		Expect:    &mint.End{State: "failed", ExitCode: 3},
	}
}

func TestMintOfNothing(t *testing.T) {
	r := minted(t, mint.New(origin), everything(t))
	raw, p := payload(t, r)
	if m := r.Message(); len(m.Lost) > 0 || len(m.Fails) > 0 {
		t.Errorf("runners lose it: %q, fail it: %q", m.Lost, m.Fails)
	}
	if !strings.Contains(string(raw), `make <all> && echo 'é'`) {
		t.Error("the script is escaped more than JSON needs")
	}
	for what, c := range map[string][2]any{
		"id":        {p.ID, int64(7)},
		"name":      {p.JobInfo.Name + ", " + p.Variable("CI_JOB_NAME") + ", " + p.Variable("CI_JOB_NAME_SLUG"), "Build it!, Build it!, build-it"},
		"stage":     {p.JobInfo.Stage + p.Variable("CI_JOB_STAGE"), "buildbuild"},
		"script":    {p.Steps[0].Script, []string{"prepare", "make <all> && echo 'é'", "one\ntwo"}},
		"after":     {p.Steps[1], decode.Step{Name: "after_script", Script: []string{"tidy"}, TimeoutSeconds: 90, When: "always", AllowFailure: true}},
		"timeout":   {[]any{p.RunnerInfo.TimeoutSeconds, p.Steps[0].TimeoutSeconds, p.Variable("CI_JOB_TIMEOUT")}, []any{int64(90), int64(90), "90"}},
		"image":     {p.Image.Name + p.Variable("CI_JOB_IMAGE"), "alpine:3alpine:3"},
		"services":  {p.Services[0].Alias + p.Services[1].Name + p.Services[1].Alias, "dbredis"},
		"artifacts": {p.Artifacts, []decode.Artifact{{Paths: []string{"out/"}, Type: "archive", Format: "zip"}, {Name: "junit.xml", Paths: []string{"report.xml"}, When: "always", Type: "junit", Format: "gzip"}}},
		"cache":     {p.Cache, []decode.JobCache{{Key: "key", Policy: "pull-push", Paths: []string{"a", "b"}, When: "on_success", FallbackKeys: []string{}}}},
		"A":         {slices.DeleteFunc(slices.Clone(p.Variables), func(v decode.Variable) bool { return v.Key != "A" }), []decode.Variable{{Key: "A", Value: "2", Public: true}}},
		"B":         {slices.DeleteFunc(slices.Clone(p.Variables), func(v decode.Variable) bool { return v.Key != "B" }), []decode.Variable{{Key: "B", Value: "content", Public: true, File: true, Raw: true}}},
		"fields":    {p.Features.TraceSections, false},
		"project":   {p.Variable("CI_PROJECT_NAMESPACE") + " " + p.Variable("CI_PROJECT_NAME") + " " + p.Variable("CI_PROJECT_ROOT_NAMESPACE"), "group/sub project group"},
		"strategy":  {p.Variable("GIT_STRATEGY"), "none"},
	} {
		if !reflect.DeepEqual(c[0], c[1]) {
			t.Errorf("%s: %v, want %v", what, c[0], c[1])
		}
	}
	if h := r.Header(); !h.Redacted || len(r.Secrets()) > 0 {
		t.Errorf("there are secrets: %q", r.Secrets())
	}
	if !redact.New(r.Header().Key).IsStandIn(p.Token) {
		t.Errorf("token %s is no stand-in", p.Token)
	}
}

// A minted payload has all that the stand-in's has, which was read in GitLab's sources apart from it.
func TestMintHasWhatOthersHave(t *testing.T) {
	recorded, err := fixtures.Open("../fixtures/runner-17.9.0-connect.txtar")
	must(t, err)
	defer recorded.Close()
	theirs, _ := payload(t, recorded)
	ours, _ := payload(t, minted(t, mint.New(origin), everything(t)))
	var want, got map[string]any
	must(t, json.Unmarshal(theirs, &want))
	must(t, json.Unmarshal(ours, &got))
	for _, missing := range missing("", want, got) {
		t.Error("there is no " + missing)
	}
	if keys := names(want["variables"]); len(keys) < 50 {
		t.Errorf("only %d variables to compare with", len(keys))
	}
	for key := range names(want["variables"]) {
		if !names(got["variables"])[key] && key != "PASSWORD" {
			t.Error("there is no variable " + key)
		}
	}
}

// missing are the members that want has and got does not have, or of another type.
func missing(at string, want, got map[string]any) (all []string) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		there, ok := got[key]
		inner, isObject := want[key].(map[string]any)
		switch thereInner, sameObject := there.(map[string]any); {
		case !ok || isObject && !sameObject:
			all = append(all, at+key)
		case isObject:
			all = append(all, missing(at+key+".", inner, thereInner)...)
		case want[key] != nil && there != nil && reflect.TypeOf(there) != reflect.TypeOf(want[key]):
			all = append(all, at+key+" of that type")
		}
	}
	return all
}

func names(variables any) map[string]bool {
	all := map[string]bool{}
	for _, v := range variables.([]any) {
		all[v.(map[string]any)["key"].(string)] = true
	}
	return all
}

// The same gives the same; another seed gives other tokens and nothing else.
func TestSameBytes(t *testing.T) {
	first := text(t, minted(t, mint.New(origin), everything(t)))
	if again := text(t, minted(t, mint.New(origin), everything(t))); again != first {
		t.Error("the same gives other bytes")
	}
	seeded := origin
	seeded.Seed = "other"
	r := minted(t, mint.New(seeded), everything(t))
	_, p := payload(t, r)
	if strings.Contains(first, p.Token) {
		t.Errorf("another seed gives the same token %s", p.Token)
	}
	var other []string
	lines := strings.Split(first, "\n")
	for i, line := range strings.Split(text(t, r), "\n") {
		if line != lines[i] && !strings.Contains(line, p.Token) {
			other = append(other, strings.TrimSpace(line))
		}
	}
	if len(other) != 3 || !strings.HasPrefix(other[0], `"key"`) || !strings.HasPrefix(other[1], `"token": "glrt-`) || !strings.HasPrefix(other[2], `"text"`) { // the checksum of all
		t.Errorf("beside job tokens another seed changes %q", other)
	}
}

// The user's own secrets stay, and the header tells.
func TestMintSecrets(t *testing.T) {
	for _, c := range []struct {
		job     mint.Job
		secrets int
	}{
		{mint.Job{Variables: []mint.Variable{{Key: "COLOUR", Value: "a-rather-long-public-value-1234"}}}, 0},
		{mint.Job{Variables: []mint.Variable{{Key: "PASSWORD", Value: "hunter2-and-more-9182", Marks: &mint.Marks{Masked: true}}}}, 1},
		{mint.Job{Variables: []mint.Variable{{Key: "PASSWORD", Value: "hunter2-and-more-9182", Marks: &mint.Marks{}}}}, 1},
		{mint.Job{Script: []string{"curl -H 'PRIVATE-TOKEN: glpat-abcdefghij0123456789'"}}, 1},
	} {
		r := minted(t, mint.New(origin), c.job)
		if raw, _ := payload(t, r); len(r.Secrets()) != c.secrets || r.Header().Redacted != (c.secrets == 0) || len(c.job.Variables) > 0 && !strings.Contains(string(raw), c.job.Variables[0].Value) {
			t.Errorf("%+v: %q, redacted %v", c.job, r.Secrets(), r.Header().Redacted)
		}
	}
}

// Whatever tokens are made, nobody takes them for secrets.
func TestMintedTokens(t *testing.T) {
	tokens := map[string]bool{}
	for job := range int64(200) {
		r := minted(t, mint.New(mint.Origin{Seed: strings.Repeat("s", int(job%7)), Job: job + 1, Project: "g/p"}), mint.Job{Needs: []mint.Need{{Job: job + 9}}})
		if !r.Header().Redacted || len(r.Secrets()) > 0 {
			t.Errorf("job %d: %q", job, r.Secrets())
		}
		_, p := payload(t, r)
		if tokens[p.Token] || len(p.Token) != len("glcbt-64_")+20 || !strings.HasPrefix(p.Token, "glcbt-64_") {
			t.Errorf("job %d: token %s", job, p.Token)
		}
		tokens[p.Token] = true
	}
}
