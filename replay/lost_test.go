package replay

import (
	"crypto/sha256"
	"strings"
	"testing"

	"runnertape"
)

// withoutBody is a take whose content, or that of its request, was not kept.
func withoutBody(take Take, side runnertape.Side, hashed bool) Take {
	edit := take.Edit
	take.Edit = func(x *runnertape.Exchange) {
		if edit != nil {
			edit(x)
		}
		b := &x.Request.Body
		if side == runnertape.ResponseSide {
			b = &x.Response.Body
		}
		b.Stored, b.Opaque, b.SHA256 = 0, true, runnertape.Digest{}
		if hashed {
			b.SHA256 = sha256.Sum256([]byte("what passed"))
		}
	}
	return take
}

// What was not kept is a miss that says what to do; jobs that need none of it end as they did.
func TestLostBodies(t *testing.T) {
	const repo = "/grp/proj.git/"
	refs := Take{Method: "GET", URL: repo + "info/refs?service=git-upload-pack", Status: 200, Content: "refs"}
	fetch := Take{Method: "POST", URL: repo + "git-upload-pack", Body: pkts("want a", "done", ""), Status: 200, Content: "PACK"}
	zip := Take{Method: "GET", URL: "/api/v4/jobs/7/artifacts", Status: 200, Content: "zip"}
	object := Take{Method: "GET", URL: "http://storage.example/bucket/8?X-Amz-Signature=a", Status: 200, Content: "zip"}
	moved := Take{Method: "GET", URL: "/api/v4/jobs/8/artifacts", Status: 302, Answer: []string{"Location", "http://storage.example/bucket/8?X-Amz-Signature=a"}}
	pack := Take{Method: "GET", URL: "/api/v4/projects/9/packages/generic/a/1/a.zip", Status: 200, Content: "zip"}
	lfs := Take{Method: "GET", URL: repo + "gitlab-lfs/objects/x", Status: 200, Content: "blob"}
	const response = runnertape.ResponseSide
	for _, hashed := range []bool{false, true} {
		r := start(t, job42().Add(
			withoutBody(refs, response, hashed), withoutBody(fetch, response, hashed), withoutBody(zip, response, hashed),
			moved, withoutBody(object, response, hashed), withoutBody(pack, response, hashed), withoutBody(lfs, response, hashed),
		), nil)
		auth := []string{"Authorization", basicAuth("gitlab-ci-token", "glcbt-64_job42token0000000")}
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
		for _, one := range []Take{refs, fetch, zip, moved, pack, lfs} {
			status := 404
			if one.URL == fetch.URL { // git shows no other
				status = 200
			}
			a := r.ask(one.Method, one.URL, one.Body, auth...).want(t, status)
			word := "--opaque drop"
			if hashed {
				word = "--opaque hash"
			}
			if !strings.Contains(a.body, word) || !strings.Contains(a.body, "record with --opaque keep") {
				t.Errorf("%s %s: %s", one.Method, one.URL, a.body)
			}
		}
		r.askAt("GET", "http://storage.example", "/bucket/8?X-Amz-Signature=b", "").want(t, 404)
		r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
		r.ended(t)
		if c := r.Receipt(); c.Missed != 7 || !c.Jobs[0].Same() {
			t.Errorf("%+v", c)
		}
	}
}

// One answer that was kept is enough; and of a request that was not, it is said.
func TestLostOnce(t *testing.T) {
	const repo = "/grp/proj.git/"
	auth := []string{"Authorization", "Basic eDp5", "Git-Protocol", "version=2"}
	body := pkts("command=fetch", "|", "want a", "done", "")
	zip := Take{Method: "GET", URL: "/api/v4/jobs/7/artifacts", Status: 200, Content: "zip"}
	fetch := Take{Method: "POST", URL: repo + "git-upload-pack", Body: body, Status: 200, Content: "PACK"}
	r := start(t, NewTape("http://gitlab.example").Add(
		zip, withoutBody(zip, runnertape.ResponseSide, true),
		withoutBody(fetch, runnertape.ResponseSide, true), fetch, withoutBody(fetch, runnertape.RequestSide, true),
	), nil)
	r.ask("GET", zip.URL, "").want(t, 200)
	if a := r.ask("POST", fetch.URL, body, auth...).want(t, 200); a.body != "PACK" {
		t.Errorf("got %q", a.body)
	}
	r = start(t, NewTape("http://gitlab.example").Add(withoutBody(fetch, runnertape.RequestSide, false)), nil)
	if a := r.ask("POST", fetch.URL, body, auth...).want(t, 200); !strings.Contains(a.body, "ERR ") || !strings.Contains(a.body, "--opaque drop") {
		t.Errorf("got %q", a.body)
	}
}
