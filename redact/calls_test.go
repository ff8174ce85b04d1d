package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// session is the life of one runner with one job, with a secret in every place.
func session(rnd *rand.Rand, p *payload) []call {
	secret := func(prefix string, n int) string {
		s := prefix + randomOf(rnd, alnum, n)
		p.planted = append(p.planted, s)
		return s
	}
	registration, pat, reset := secret("GR1348941", 20), secret("glpat-", 20), secret("glrt-t1_", 20)
	asJSON := []string{"Content-Type", "application/json"}
	body := func(v object) []byte { b, _ := json.Marshal(v); return b }
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:"+p.job))
	p.planted = append(p.planted, basic[6:])
	signature := "X-Amz-Credential=" + secret("AKIA", 16) + "%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=60&X-Amz-Signature=" + secret("", 64) +
		"&sig=" + secret("", 20) + "%2f" + secret("", 20) + "=&X-Goog-Signature=" + secret("", 64) + "&X-Amz-Security-Token=" + secret("", 90)
	storage := "https://storage.example.com/bucket/artifacts.zip?" + signature
	with := func(extra ...string) []string { return append(extra, "Content-Type", "application/json") }
	trace := "Running on host via my-runner " + p.runnerPrefix + "...\r\n" + randomOf(rnd, alnum+" \n", 3000)
	for _, s := range p.printed {
		trace += "\x1b[0K" + s + "\n" + randomOf(rnd, alnum+" \n", 200)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(p.body)
	z.Close()
	handOut := call{method: "POST", target: "/api/v4/jobs/request", request: with("Runner-Token", p.runner), body: body(object{
		"info": object{"name": "gitlab-runner"}, "token": p.runner, "system_id": "s_0123456789ab",
		"session": object{"url": "https://10.0.0.1", "authorization": secret("", 32)},
	}), status: 201, response: asJSON, answer: p.body}
	if rnd.IntN(2) == 0 {
		handOut.response, handOut.answer = with("Content-Encoding", "gzip"), zipped.Bytes()
	}
	trace += "\nAUTHORIZATION: basic " + basic[6:] + "\n" // GIT_TRACE_CURL
	upload := "--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + p.variable[:2] + p.planted[0] + ".zip\"\r\n\r\nPK" + p.job + "\r\n--b0undary--\r\n"
	return []call{
		{
			method: "POST", target: "/api/v4/runners", request: with("Private-Token", registration), body: body(object{"token": registration}),
			status: 201, response: asJSON, answer: body(object{"id": 1, "token": p.runner}),
		},
		{method: "POST", target: "/api/v4/runners/verify", request: asJSON, body: body(object{"token": p.runner}), status: 200, response: with("Set-Cookie", "_gitlab_session="+secret("", 32)+"; path=/"), answer: body(object{"id": 1, "token": p.runner})},
		handOut,
		{method: "PUT", target: "/api/v4/jobs/1001", request: with("Job-Token", p.job), body: body(object{"token": p.job, "state": "running", "output": object{}}), status: 200, answer: []byte("200")},
		{method: "GET", target: "/grp/proj-1234.git/info/refs?service=git-upload-pack", request: []string{"Authorization", basic}, status: 200, answer: []byte("001e# service=git-upload-pack\n")},
		{method: "GET", target: "/api/v4/jobs/1000/artifacts?direct_download=true", request: []string{"Job-Token", p.dependency}, status: 302, response: []string{"Location", storage}},
		{
			method: "GET", host: "storage.example.com", target: strings.TrimPrefix(storage, "https://storage.example.com"),
			request: []string{"Job-Token", p.dependency, "Referer", "https://gitlab.example.com/api/v4/jobs/1000/artifacts"}, status: 200, answer: []byte("PK\x03\x04"), failure: "read from " + storage + ": reset",
		},
		{method: "PATCH", target: "/api/v4/jobs/1001/trace?debug_trace=false", request: []string{"Job-Token", p.job, "Content-Type", "text/plain"}, body: []byte(trace), status: 202},
		{method: "POST", target: "/api/v4/jobs/1001/artifacts?artifact_type=archive", request: []string{"Job-Token", p.job, "Content-Type", "multipart/form-data; boundary=b0undary"}, body: []byte(upload), status: 201, answer: []byte("201")},
		{method: "GET", target: "/api/v4/projects/1/variables?private_token=" + pat, request: []string{"PRIVATE-TOKEN", pat, "Cookie", "a=" + secret("", 20)}, status: 200, response: asJSON, answer: body(object{"deploy_token": secret("", 20)})},
		{method: "GET", target: "/jwt/auth?service=registry", request: []string{"Authorization", basic}, status: 200, response: asJSON, answer: body(object{"token": secret("eyJ", 200)})},
		{method: "POST", target: "/oauth/token", request: []string{"Content-Type", "application/x-www-form-urlencoded"}, body: []byte("grant_type=password&password=" + secret("", 12) + "%21"), status: 401},
		{method: "POST", target: "/api/v4/runners/reset_authentication_token", request: asJSON, body: body(object{"token": p.runner}), status: 201, response: asJSON, answer: body(object{"token": reset})},
		{method: "PUT", target: "/api/v4/jobs/1001", request: with("Job-Token", p.job), body: body(object{"token": p.job, "state": "failed", "exit_code": 7, "output": object{"bytesize": len(trace)}}), status: 200, answer: []byte("200")},
	}
}
