package main

import (
	"fmt"
	"strconv"
)

// What gitlab-runner 17.9.0 says, taken from a recording of it.
const (
	agent    = "User-Agent: gitlab-runner 17.9.0 (HEAD; go1.26.8; linux/amd64)\r\n"
	boundary = "0f51f6a6e0c5e4de62f3ac4c9b6ed02b7bb4d4a2a8f24a0dbd0b2d5d6c7e"
	pollBody = `{"info":{"name":"gitlab-runner","version":"17.9.0","revision":"HEAD","platform":"linux","architecture":"amd64",` +
		`"executor":"kubernetes","shell":"bash","features":{"variables":true,"image":true,"services":true,"artifacts":true,"cache":true,` +
		`"fallback_cache_keys":true,"shared":true,"upload_multiple_artifacts":true,"upload_raw_artifacts":true,"session":true,` +
		`"terminal":true,"refspecs":true,"masking":true,"proxy":true,"raw_variables":true,"artifacts_exclude":true,` +
		`"multi_build_steps":true,"trace_reset":true,"trace_checksum":true,"trace_size":true,"vault_secrets":true,"cancelable":true,` +
		`"return_exit_code":true,"service_variables":true,"service_multiple_aliases":true,"image_executor_opts":true,` +
		`"service_executor_opts":true,"cancel_gracefully":true,"native_steps_integration":false},"config":{"gpus":""}},` +
		`"token":"glrt-IF2RTO3XC35VZCNMMGNC","system_id":"s_1746f8786189","last_update":"3b1f0e4a2c9d8e7f6a5b4c3d2e1f0a9b"}`

	multipartHead = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"artifacts.zip\"\r\n" +
		"Content-Type: application/octet-stream\r\n\r\n"
	multipartTail = "\r\n--" + boundary + "--\r\n"
)

// What GitLab answers, without the empty line.
const gitlabFields = "Cache-Control: no-cache\r\nDate: Mon, 23 Nov 2026 11:39:31 GMT\r\nNel: {\"max_age\": 0}\r\n" +
	"Referrer-Policy: strict-origin-when-cross-origin\r\nStrict-Transport-Security: max-age=63072000\r\nVary: Origin\r\n" +
	"X-Content-Type-Options: nosniff\r\nX-Frame-Options: SAMEORIGIN\r\n" +
	"X-Gitlab-Meta: {\"correlation_id\":\"" + idDigits + "\",\"version\":\"1\"}\r\nX-Request-Id: " + idDigits + "\r\nX-Runtime: 0.021534\r\n"

// patchedBody is the same for all patches; a client does not read it.
const patchedBody = "0-1961"

var (
	noJob    = newAnswerHead("HTTP/1.1 204 No Content\r\n" + gitlabFields + "X-Gitlab-Last-Update: 3b1f0e4a2c9d8e7f6a5b4c3d2e1f0a9b\r\n")
	accepted = newAnswerHead("HTTP/1.1 202 Accepted\r\n" + gitlabFields + "Content-Type: text/plain\r\nJob-Status: running\r\n" +
		"X-Gitlab-Trace-Update-Interval: 3\r\n")
	refused   = newAnswerHead("HTTP/1.1 416 Range Not Satisfiable\r\n" + gitlabFields + "Content-Length: 0\r\n")
	created   = newAnswerHead("HTTP/1.1 201 Created\r\n" + gitlabFields + "Content-Type: text/plain\r\nContent-Length: 3\r\n")
	artifacts = newAnswerHead("HTTP/1.1 200 OK\r\n" + gitlabFields + "Content-Type: application/octet-stream\r\n" +
		"Content-Disposition: attachment; filename=\"artifacts.zip\"\r\n")
)

// jobToken is that of every job.
const jobToken = "glcbt-64_SV4XQEINJT7HAJ3QMPWB"

// speaker makes the requests of one client connection.
type speaker struct {
	base   string // before the path: "" or http://host:port
	host   string
	extra  string // fields more, each with its line end
	job    int64
	offset int64
	said   int64
}

func (s *speaker) appendPoll(to []byte) []byte {
	return fmt.Appendf(to, "POST %s/api/v4/jobs/request HTTP/1.1\r\nHost: %s\r\n"+agent+"Content-Length: %d\r\nAccept: application/json\r\n"+
		"Accept-Encoding: gzip\r\nContent-Type: application/json\r\nPrivate-Token: glrt-IF2RTO3XC35VZCNMMGNC\r\n%s\r\n%s",
		s.base, s.host, len(pollBody), s.extra, pollBody)
}

// appendPatch goes on with the job's trace.
func (s *speaker) appendPatch(to []byte, size int64) (request, body []byte) {
	body = tracePiece(s.said, size)
	s.said++
	to = append(append(append(to, "PATCH "...), s.base...), "/api/v4/jobs/"...)
	to = append(strconv.AppendInt(to, s.job, 10), "/trace?debug_trace=false HTTP/1.1\r\nHost: "...)
	to = append(append(to, s.host...), "\r\n"+agent+"Content-Length: "...)
	to = append(strconv.AppendInt(to, size, 10), "\r\nContent-Range: "...)
	to = append(strconv.AppendInt(to, s.offset, 10), '-')
	s.offset += size
	to = append(strconv.AppendInt(to, s.offset-1, 10), "\r\nContent-Type: text/plain\r\nJob-Token: "+jobToken+"\r\nAccept-Encoding: gzip\r\n"...)
	to = append(append(to, s.extra...), "\r\n"...)
	return append(to, body...), body
}

// heldRange is what GitLab answers a patch with, if it holds so many bytes then.
func heldRange(n int64) string { return "0-" + strconv.FormatInt(n, 10) }

// appendUpdate says that the job still runs.
func (s *speaker) appendUpdate(to []byte) []byte {
	const body = `{"token":"` + jobToken + `","state":"running","checksum":"crc32:00000000","output":{"checksum":"crc32:00000000","bytesize":0}}`
	return fmt.Appendf(to, "PUT %s/api/v4/jobs/%d HTTP/1.1\r\nHost: %s\r\n"+agent+"Content-Length: %d\r\nAccept: application/json\r\n"+
		"Accept-Encoding: gzip\r\nContent-Type: application/json\r\n%s\r\n%s", s.base, s.job, s.host, len(body), s.extra, body)
}

func (s *speaker) nextJob() {
	s.job++
	s.offset = 0
}

func (s *speaker) uploadHead() string {
	return fmt.Sprintf("POST %s/api/v4/jobs/%d/artifacts?artifact_format=zip&artifact_type=archive HTTP/1.1\r\nHost: %s\r\n"+agent+
		"Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary="+boundary+
		"\r\nJob-Token: "+jobToken+"\r\nAccept-Encoding: gzip\r\n%s\r\n", s.base, s.job, s.host, s.extra)
}

func (s *speaker) download(size int64) string {
	return fmt.Sprintf("GET %s/api/v4/jobs/%d/artifacts HTTP/1.1\r\nHost: %s\r\n"+agent+
		"Job-Token: "+jobToken+"\r\nAccept-Encoding: gzip\r\nX-Bench-Size: %d\r\n%s\r\n", s.base, s.job, s.host, size, s.extra)
}
