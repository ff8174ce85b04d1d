package decode

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"runnertape"
)

// script makes exchanges one after another, each a second long.
type script struct {
	t  *testing.T
	d  *Decoder
	b  *Builder
	id uint64
	at time.Time
}

func newScript(t *testing.T, upstreams ...string) *script {
	return &script{t: t, d: NewDecoder(upstreams...), b: NewBuilder(), at: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
}

// say decodes one exchange. head are name, value pairs; those after "=" are the answer's.
func (s *script) say(method, url, body string, status int, answer string, head ...string) *runnertape.Exchange {
	s.t.Helper()
	s.id++
	base, ok := parseBase(url)
	if !ok {
		s.t.Fatalf("bad URL %q", url)
	}
	x := &runnertape.Exchange{ID: s.id, Scheme: base.scheme, Host: base.host, Started: s.at, Ended: s.at.Add(time.Second)}
	s.at = x.Ended
	x.Request = runnertape.Request{Method: method, Target: url[len(base.scheme+"://"+base.host):]}
	x.Request.Body.Bytes = int64(len(body))
	if status != 0 {
		x.Response = &runnertape.Response{Status: status}
		x.Replied = x.Ended
	}
	h := &x.Request.Header
	for i := 0; i < len(head); i += 2 {
		if head[i] == "=" {
			h = &x.Response.Header
			i--
			continue
		}
		*h = append(*h, runnertape.Field{Name: head[i], Value: head[i+1]})
	}
	decoded, m := s.d.Decode(x, Bodies{Request: []byte(body), Response: []byte(answer)})
	x.Decoded = decoded
	s.b.Add(x, m)
	return x
}

// job hands out a job with one dependency.
func (s *script) job(id int64, token, project string, producer int64, producerToken string) {
	s.t.Helper()
	s.say("POST", "http://h/api/v4/jobs/request", `{"token":"glrt-aaaaaaaaaaaaaaaa"}`, 201,
		fmt.Sprintf(`{"id":%d,"token":%q,"job_info":{"name":"n%d","stage":"s","project_name":"p"},"git_info":{"repo_url":"http://u:x@h%s.git"},"dependencies":[{"id":%d,"token":%q}]}`,
			id, token, id, project, producer, producerToken))
}

func (s *script) wantJob(x *runnertape.Exchange, endpoint Endpoint, job int64) {
	s.t.Helper()
	if x.Decoded.Endpoint != string(endpoint) || x.Decoded.JobID != job {
		s.t.Errorf("%s %s is %s of job %d, want %s of %d", x.Request.Method, x.URL(), x.Decoded.Endpoint, x.Decoded.JobID, endpoint, job)
	}
}

func basic(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:"+password))
}

func TestDecoderTellsJobsApart(t *testing.T) {
	s := newScript(t)
	s.job(1, "tok1", "/g/a", 9, "shared")
	s.job(2, "tok2", "/g/b", 9, "shared")
	s.job(3, "tok3", "/g/b", 8, "own")
	get := func(url string, head ...string) *runnertape.Exchange {
		t.Helper()
		return s.say("GET", url, "", 200, "", head...)
	}
	s.wantJob(get("http://h/api/v4/jobs/8/artifacts", "Job-Token", "own"), DownloadArtifacts, 3)
	s.wantJob(get("http://h/api/v4/jobs/8/artifacts", "Job-Token", "other"), DownloadArtifacts, 0)
	s.wantJob(get("http://h/api/v4/jobs/7/artifacts", "Job-Token", "tok1"), DownloadArtifacts, 1)
	s.wantJob(get("http://h/api/v4/jobs/9/artifacts", "Job-Token", "shared"), DownloadArtifacts, 2)
	s.say("PUT", "http://h/api/v4/jobs/2", `{"state":"success"}`, 200, "200")
	s.wantJob(get("http://h/api/v4/jobs/9/artifacts", "Job-Token", "shared"), DownloadArtifacts, 1)
	s.wantJob(get("http://h/g/a.git/info/refs"), Git, 1)
	s.wantJob(get("http://h/g/b.git/info/refs"), Git, 3) // 2 has ended
	s.wantJob(get("http://h/g/c.git/info/refs"), Git, 0)
	s.wantJob(get("http://h/g/c.git/info/refs", "Authorization", basic("tok2")), Git, 2)
	s.wantJob(get("http://h/g/c.git/info/refs", "Authorization", "Basic %%%"), Git, 0)
	s.say("GET", "http://h/api/v4/jobs/8/artifacts", "", 302, "", "Job-Token", "own", "=", "Location", "//S3.example:80/k?sig=1")
	s.wantJob(get("http://s3.example/k?sig=2"), ObjectStorage, 3)
	s.wantJob(get("http://s3.example/other"), Unknown, 0)
}

func TestDecoderForgets(t *testing.T) {
	s := newScript(t)
	s.job(1, "tok1", "/g/a", 9, "dep")
	s.say("PUT", "http://h/api/v4/jobs/1", `{"state":"failed"}`, 202, "202")
	s.at = s.at.Add(time.Hour)
	s.job(2, "tok2", "/g/b", 9, "dep")
	refs := func(token string) *runnertape.Exchange {
		t.Helper()
		return s.say("GET", "http://h/g/x.git/info/refs", "", 200, "", "Authorization", basic(token))
	}
	s.wantJob(refs("tok1"), Git, 1) // 202 is not the end
	s.say("PUT", "http://h/api/v4/jobs/1", `{"state":"failed"}`, 403, "")
	s.d.memory.sweep()
	s.wantJob(refs("tok1"), Git, 1) // ended a moment ago
	s.at = s.at.Add(time.Hour)
	s.job(4, "tok4", "/g/d", 9, "dep")
	s.d.memory.sweep()
	s.wantJob(refs("tok1"), Git, 0)
	s.wantJob(refs("tok2"), Git, 2)
	s.job(2, "tok2b", "/g/b", 9, "dep") // handed out again
	s.wantJob(refs("tok2"), Git, 0)
	s.wantJob(refs("tok2b"), Git, 2)
	s.d.memory.sweep()
	if k := &s.d.memory; len(k.jobs) != 2 || len(k.order) != 2 || len(k.tokens) != 2 || len(k.wanted) != 1 {
		t.Errorf("%d jobs, %d in order, %d tokens, %d dependencies", len(k.jobs), len(k.order), len(k.tokens), len(k.wanted))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	k := newMemory()
	x := &runnertape.Exchange{Scheme: "http", Host: "h", Request: runnertape.Request{Target: "/a"}}
	for i := range int64(maxJobs + 500) {
		k.add(&JobPayload{ID: i + 1, Token: fmt.Sprint(i), Dependencies: []Dependency{{ID: 1, Token: fmt.Sprint(i)}}}, runnertape.Runner{}, time.Time{})
		k.lead(x, fmt.Sprintf("/to/%d", i), i)
	}
	k.sweep()
	if len(k.jobs) != maxJobs || len(k.order) != maxJobs || len(k.tokens) != maxJobs || len(k.wanted) != maxJobs || len(k.redirects) != maxRedirects || len(k.sent) != maxRedirects {
		t.Errorf("%d jobs, %d in order, %d tokens, %d dependencies, %d and %d redirects", len(k.jobs), len(k.order), len(k.tokens), len(k.wanted), len(k.redirects), len(k.sent))
	}
	if k.byToken("499") != 0 || k.byToken("500") != 501 {
		t.Error("not the oldest have left")
	}
}

func TestDecoderUpstream(t *testing.T) {
	s := newScript(t, "https://gitlab.example/root/")
	put := func(url string) *runnertape.Exchange {
		t.Helper()
		return s.say("PUT", url, `{"state":"running"}`, 200, "200")
	}
	s.wantJob(put("https://GitLab.example:443/root/api/v4/jobs/1"), UpdateJob, 1)
	s.wantJob(put("https://other.example/api/v4/jobs/1"), Unknown, 0)
	s.wantJob(s.say("GET", "https://github.example/a/b.git/info/refs", "", 200, ""), Git, 0)
	each := newScript(t, "")
	each.wantJob(each.say("PUT", "https://other.example/api/v4/jobs/1", `{"state":"running"}`, 200, "200"), UpdateJob, 1)
}

func TestBuilder(t *testing.T) {
	s := newScript(t)
	s.job(5, "old", "/g/a", 9, "dep")
	s.say("PATCH", "http://h/api/v4/jobs/5/trace", "old", 202, "", "Content-Range", "0-2")
	s.job(5, "new", "/g/a", 9, "dep")
	s.say("PUT", "http://h/api/v4/jobs/5", `{"state":"running","output":{}}`, 200, "")
	s.say("GET", "http://h/g/a.git/info/refs", "", 200, "", "Authorization", basic("new"))
	s.say("GET", "http://h/api/v4/jobs/9/artifacts", "", 302, "", "Job-Token", "dep", "=", "Location", "http://s/k")
	s.say("GET", "http://s/k", "", 200, "PK")
	s.say("PATCH", "http://h/api/v4/jobs/5/trace", "hello", 202, "", "Content-Range", "0-4", "=", "Job-Status", "running", "Range", "0-5")
	s.say("PATCH", "http://h/api/v4/jobs/5/trace", " you", 202, "", "Content-Range", "5-8", "=", "Job-Status", "canceling")
	s.say("POST", "http://h/api/v4/jobs/5/artifacts", "x", 201, "")
	s.say("PUT", "http://h/api/v4/jobs/5", `{"state":"failed","failure_reason":"script_failure","exit_code":7,"output":{"bytesize":9}}`, 202, "")
	s.say("PUT", "http://h/api/v4/jobs/5", `{"state":"failed","failure_reason":"script_failure","exit_code":7,"output":{"bytesize":9}}`, 200, "", "=", "Job-Status", "failed")
	s.say("PATCH", "http://h/api/v4/jobs/6/trace", "late", 202, "", "Content-Range", "3-6")
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	seven, five := int64(7), int64(5)
	want := []*Job{{
		ID: 5, Name: "n5", Stage: "s", Project: "p", Runner: runnertape.Runner{Token: "aaaaaaaa"},
		Payload: 1, RequestedAt: second(0), PickedUp: second(1),
		Patches: []Patch{{Exchange: 2, Bytes: 3, Status: 202, At: second(1)}},
	}, {
		ID: 5, Name: "n5", Stage: "s", Project: "p", Runner: runnertape.Runner{Token: "aaaaaaaa"},
		Payload: 3, Earlier: []uint64{1}, RequestedAt: second(2), PickedUp: second(3),
		Patches: []Patch{
			{Exchange: 8, Bytes: 5, Status: 202, JobStatus: "running", Held: &five, At: second(7)},
			{Exchange: 9, Start: 5, Bytes: 4, Status: 202, JobStatus: "canceling", At: second(8)},
		},
		Updates: []Update{
			{Exchange: 4, State: "running", Pickup: true, Status: 200, At: second(3)},
			{Exchange: 11, State: "failed", Reason: "script_failure", ExitCode: &seven, Bytesize: 9, Status: 202, At: second(10)},
			{Exchange: 12, State: "failed", Reason: "script_failure", ExitCode: &seven, Bytesize: 9, Status: 200, JobStatus: "failed", At: second(11)},
		},
		Uploads: []Upload{{Exchange: 10, Type: "archive", Format: "zip", Status: 201}}, Downloads: []Download{{Exchange: 6, ProducerJobID: 9, Status: 302}}, Storage: []uint64{7}, Git: []uint64{5},
		State: "failed", FailureReason: "script_failure", ExitCode: &seven,
		CanceledBy: &Cancel{Exchange: 9, JobStatus: "canceling", TraceBytes: 9, At: second(9)},
		Ended:      second(12),
	}, {
		ID: 6, Patches: []Patch{{Exchange: 13, Start: 3, Bytes: 4, Status: 202, At: second(12)}},
	}}
	if diff := cmp.Diff(want, s.b.Jobs(), cmpopts.IgnoreFields(Job{}, "Events")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]TraceGap{{Bytes: 3}}, s.b.Jobs()[2].TraceGaps()); diff != "" {
		t.Error(diff)
	}
}

// A fault of ours is a message too.
func TestDecoderFault(t *testing.T) {
	decoded, m := NewDecoder().Decode(nil, Bodies{})
	raw, ok := m.(*Raw)
	if !ok || decoded == nil || decoded.Gist != raw.Reason {
		t.Fatalf("%+v, %+v", decoded, m)
	}
	again, err := ParseMessage(decoded)
	if diff := cmp.Diff(m, again); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestParseMessage(t *testing.T) {
	m, err := ParseMessage(nil)
	if _, ok := m.(*Raw); !ok || err != nil {
		t.Errorf("nothing: %v, %v", m, err)
	}
	if _, err = ParseMessage(&runnertape.Decoded{Endpoint: "update_job", Message: json.RawMessage(`[]`)}); err == nil {
		t.Error("an array was read")
	}
	m, err = ParseMessage(&runnertape.Decoded{Endpoint: "of_tomorrow", Message: json.RawMessage(`{"answer":{"status":200}}`)})
	if u, ok := m.(*UnknownMessage); !ok || err != nil || u.Answer.Status != 200 {
		t.Errorf("newer: %v, %v", m, err)
	}
}
