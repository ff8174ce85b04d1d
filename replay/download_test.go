package replay

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

func fetched(target string, status int, content string, answer ...string) Take {
	return Take{Method: "GET", URL: target, Header: []string{"Job-Token", "glcbt-64_x"}, Status: status, Content: content, Answer: answer}
}

// bucket is where downloads of these tests are redirected to.
const bucket = "https://storage.example/bucket/9/artifacts.zip?X-Amz-Signature="

func storageTape() *Tape {
	return NewTape("http://gitlab.example").Add(
		fetched("/api/v4/jobs/8/artifacts", 200, "PK direct", "Content-Type", "application/zip"),
		fetched("/api/v4/jobs/9/artifacts?direct_download=true", 302, "", "Location", bucket+"aaaa"),
		fetched(bucket+"aaaa", 200, "PK from storage", "Content-Type", "application/x-zip", "ETag", `"abc"`),
		fetched("/api/v4/jobs/10/artifacts?direct_download=true", 302, "", "Location", "https://storage.example/bucket/10/artifacts.zip?X-Amz-Signature=bbbb"),
		fetched("/api/v4/jobs/11/artifacts", 404, `{"message":"404 Not Found"}`, "Content-Type", jsonType),
	)
}

func TestDownloadArtifacts(t *testing.T) {
	r := start(t, storageTape(), nil)
	for _, c := range []struct {
		name, target, span string
		status             int
		body, contentType  string
		header             []string
	}{
		{"direct", "/api/v4/jobs/8/artifacts?direct_download=true", "", 200, "PK direct", "application/zip", []string{"Content-Length", "9", "Accept-Ranges", "bytes"}},
		{"other attempt", "/prefix/api/v4/jobs/8/artifacts?", "", 200, "PK direct", "application/zip", nil},
		{"through storage", "/api/v4/jobs/9/artifacts", "", 200, "PK from storage", "application/x-zip", []string{"Content-Length", "15", "Location", ""}},
		{"probe", "/api/v4/jobs/9/artifacts", "bytes=0-0", 206, "P", "application/x-zip", []string{"Content-Range", "bytes 0-0/15"}},
		{"middle", "/api/v4/jobs/9/artifacts", "bytes=3-6", 206, "from", "application/x-zip", []string{"Content-Range", "bytes 3-6/15", "Content-Length", "4"}},
		{"tail", "/api/v4/jobs/9/artifacts", "bytes=8-", 206, "storage", "application/x-zip", nil},
		{"last", "/api/v4/jobs/9/artifacts", "bytes=-7", 206, "storage", "application/x-zip", nil},
		{"past the end", "/api/v4/jobs/9/artifacts", "bytes=15-", 416, "invalid range: failed to overlap\n", "text/plain; charset=utf-8", []string{"Content-Range", "bytes */15"}},
		{"recorded refusal", "/api/v4/jobs/11/artifacts", "", 404, `{"message":"404 Not Found"}`, jsonType, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.ask("GET", c.target, "", "Range", c.span).want(t, c.status, append(c.header, "Content-Type", c.contentType)...)
			if a.body != c.body {
				t.Errorf("body %q, want %q", a.body, c.body)
			}
		})
	}
	if n := r.Receipt().Missed; n != 0 {
		t.Errorf("%d missed", n)
	}
	r.ask("GET", "/api/v4/jobs/10/artifacts", "").want(t, 404, "Content-Type", jsonType)
	r.ask("GET", "/api/v4/jobs/12/artifacts", "").want(t, 404, "Content-Type", jsonType)
	c := r.Receipt()
	if c.Missed != 2 || !strings.Contains(c.Misses[0].Reason, "storage.example") || !strings.Contains(c.Misses[1].Reason, "job 12") {
		t.Errorf("misses %+v", c.Misses)
	}
}

// Two objects may differ in what is signed only: then the query tells them apart.
func TestObjectsByQuery(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched("/api/v4/jobs/9/artifacts?direct_download=true", 302, "", "Location", bucket+"first"),
		fetched(bucket+"first", 200, "one"),
		fetched(bucket+"second", 200, "two"),
		fetched(bucket+"third", 403, "expired"),
	), nil)
	for query, want := range map[string]string{"first": "one", "second": "two", "fourth": "two"} {
		if a := r.askAt("GET", "https://storage.example", "/bucket/9/artifacts.zip?X-Amz-Signature="+query, "").want(t, 200); a.body != want {
			t.Errorf("%s: got %q", query, a.body)
		}
	}
	if a := r.ask("GET", "/api/v4/jobs/9/artifacts", "").want(t, 200); a.body != "one" {
		t.Errorf("got %q", a.body)
	}
}

// A runner that follows an address it has from elsewhere finds the storage too.
func TestObjectStorage(t *testing.T) {
	r := start(t, storageTape(), nil)
	for _, target := range []string{"/bucket/9/artifacts.zip?X-Amz-Signature=aaaa", "/bucket/9/artifacts.zip?X-Amz-Signature=other"} {
		if a := r.askAt("GET", "https://storage.example", target, "").want(t, 200, "Etag", `"abc"`); a.body != "PK from storage" {
			t.Errorf("got %q", a.body)
		}
	}
	r.askAt("GET", "https://storage.example", "/bucket/9/artifacts.zip", "", "Range", "bytes=0-1").want(t, 206)
	r.askAt("GET", "https://storage.example", "/bucket/77/artifacts.zip", "").want(t, 404)
	if hosts := r.Hosts(); !slices.Equal(hosts, []string{"gitlab.example:80", "storage.example:443"}) {
		t.Errorf("hosts %q", hosts)
	}
}

func TestPackedDownload(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("content"))
	z.Close()
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched("/api/v4/jobs/8/artifacts", 200, b.String(), "Content-Encoding", "gzip"),
	), nil)
	if a := r.ask("GET", "/api/v4/jobs/8/artifacts", "", "Accept-Encoding", "gzip").want(t, 200, "Content-Encoding", "gzip"); a.body != b.String() {
		t.Errorf("got %q", a.body)
	}
	if a := r.ask("GET", "/api/v4/jobs/8/artifacts", "", "Range", "bytes=0-1").want(t, 200, "Content-Encoding", ""); a.body != "content" {
		t.Errorf("got %q", a.body)
	}
}

func TestBrokenDownload(t *testing.T) {
	k := fetched("/api/v4/jobs/8/artifacts", 200, "PK direct")
	k.Edit = func(x *runnertape.Exchange) { x.Response.Body.Truncated = true }
	r := start(t, NewTape("http://gitlab.example").Add(k), nil)
	r.ask("GET", "/api/v4/jobs/8/artifacts", "").want(t, 404)
}

// The token of a job that does not run opens nothing, as at GitLab; the producer's own does.
func TestDownloadTakesARunningJob(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":8,"token":"glcbt-64_job8token00000000"}`),
		put("8", `{"state":"success"}`, 200),
		handOut(`{"id":9,"token":"glcbt-64_job9token00000000"}`),
		fetched("/api/v4/jobs/8/artifacts", 200, "PK direct"),
		put("9", `{"state":"success"}`, 200),
	), nil)
	fetch := func(token string, status int) {
		t.Helper()
		r.ask("GET", "/api/v4/jobs/8/artifacts", "", "Job-Token", token).want(t, status)
	}
	fetch("glcbt-64_job9token00000000", 403) // not handed out yet
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PUT", "/api/v4/jobs/8", `{"state":"success"}`).want(t, 200)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	fetch("glcbt-64_job9token00000000", 200)
	r.ask("PUT", "/api/v4/jobs/9", `{"state":"success"}`).want(t, 200)
	fetch("glcbt-64_job9token00000000", 403)
	fetch("glcbt-64_job8token00000000", 200)
	fetch("glcbt-64_ofNoJobThatThereIs", 403)
	fetch("", 403)
	if told := r.Receipt().WrongTokens; len(told) != 2 {
		t.Errorf("told %+v", told)
	}
	if n := r.Receipt().Missed; n != 0 {
		t.Errorf("%d missed", n)
	}
}
