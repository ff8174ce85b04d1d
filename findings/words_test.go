package findings_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"runnertape"
	"runnertape/decode"
)

// ask is what the words before the arrow say.
func (a *actor) ask(words []string) {
	x := a.x
	state, said := "", map[string]string{}
	var plain []string
	for _, w := range words {
		if key, value, ok := strings.Cut(w, "="); ok {
			said[key] = value
		} else {
			plain = append(plain, w)
		}
	}
	if len(plain) > 0 {
		state = plain[0]
	}
	switch e := decode.Classify(x.Request.Method, x.Request.Path()).Endpoint; {
	case e == decode.RequestJob:
		a.bodies.Request = fmt.Appendf(nil, `{"info":{"name":"gitlab-runner","version":%q,"executor":"shell","features":{"upload_multiple_artifacts":true,"refspecs":true,"artifacts_exclude":true,"multi_build_steps":true,"return_exit_code":true,"fallback_cache_keys":true,"vault_secrets":true}},"token":%q,"system_id":%q}`,
			a.version, a.token, a.systemID)
	case e == decode.UpdateJob && state != "":
		a.bodies.Request = a.putBody(state, said)
	case e == decode.PatchTrace && state != "":
		start, size, _ := strings.Cut(state, "+")
		from, n := number(start), number(size)
		a.set(">", "Content-Range", fmt.Sprintf("%d-%d", from, from+n-1))
		a.sent = n
	case e == decode.UploadArtifacts && len(plain) == 3:
		head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + plain[1] + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"
		a.set(">", "Content-Type", "multipart/form-data; boundary=b")
		x.Request.Target += "?artifact_type=" + plain[0]
		a.bodies.Request, a.sent = []byte(head), number(plain[2])+int64(len("\r\n--b--\r\n"))
	}
	a.bodies.Request = append(a.bodies.Request, strings.Repeat(" ", int(number(said["blanks"])))...)
	if n := number(said["announced"]); n > 0 {
		a.bodies.Request = nil
		x.Request.Body = runnertape.Body{Framing: runnertape.Length, Declared: n, Truncated: true}
	}
}

func (a *actor) putBody(state string, said map[string]string) []byte {
	if state == "pickup" {
		return fmt.Appendf(nil, `{"info":{"version":%q},"token":%q,"state":"running","output":{}}`, a.version, a.tokenOf())
	}
	body := fmt.Sprintf(`{"info":{"version":%q},"token":%q,"state":%q,"checksum":"crc32:00000000","output":{"checksum":"crc32:00000000","bytesize":%d}`,
		a.version, a.tokenOf(), state, number(said["size"]))
	if reason := said["reason"]; reason != "" {
		body += fmt.Sprintf(`,"failure_reason":%q`, reason)
	}
	if code := said["exit"]; code != "" {
		body += `,"exit_code":` + code
	}
	return []byte(body + "}")
}

// tokenOf is the token the job in the path was given.
func (a *actor) tokenOf() string { return a.tokens[decode.Classify("PUT", a.x.Request.Path()).JobID] }

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // 0 of what is none
	return n
}

// answer is what stands behind the arrow.
func (a *actor) answer(words []string) {
	x := a.x
	x.Replied = x.Started.Add(100 * time.Millisecond)
	status := words[0]
	for i, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "in":
			x.Replied = x.Started.Add(a.at(words[i+2]).Sub(began))
		case "job":
			a.job = value
		case "client":
			x.Failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "connection reset by peer"}
		case "upstream":
			x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "unexpected EOF"}
		case "half":
			x.Request.Body.Truncated = true
		}
	}
	x.Ended = x.Replied
	switch status {
	case "nothing":
		x.Replied = time.Time{}
	case "open":
		x.State, x.Replied, x.Ended = runnertape.InFlight, time.Time{}, time.Time{}
	case "ours":
		x.Response = &runnertape.Response{Status: 502, Proto: "HTTP/1.1", Ours: true}
		x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection refused"}
	default:
		x.Response = &runnertape.Response{Status: int(number(status)), Proto: "HTTP/1.1"}
		for _, w := range words {
			x.Response.Body.Truncated = x.Response.Body.Truncated || w == "cut"
		}
		if status == "201" && strings.HasSuffix(x.Request.Target, "/jobs/request") {
			a.bodies.Response = payload(a.job)
		}
		if status != "204" {
			a.set("<", "Content-Type", "application/json")
		}
	}
}

func payload(job string) []byte {
	return []byte(`{"id":` + job + `,"token":"glcbt-64_jobtoken-of-job-` + job + `","job_info":{"name":"build","stage":"test","project_id":9,"project_name":"proj"},` +
		`"git_info":{"repo_url":"https://gitlab-ci-token:x@gitlab.test/grp/proj.git"},"runner_info":{"timeout":3600},` +
		`"variables":[{"key":"GIT_STRATEGY","value":"none"}],"steps":[{"name":"script","script":["true"]}],` +
		`"features":{"trace_sections":true,"failure_reasons":["script_failure","runner_system_failure","job_execution_timeout","unknown_failure"]}}`)
}
