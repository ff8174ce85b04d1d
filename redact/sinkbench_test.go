package redact

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// nowhere is a Next that keeps nothing: what remains is the Sink.
type nowhere struct{}

func (nowhere) Put(*runnertape.Exchange) error              { return nil }
func (nowhere) Write(uint64, runnertape.Side, []byte) error { return nil }
func (nowhere) Commit() error                               { return nil }

// kept is a Keeper that has nothing: what remains is the Sink, which remembers what it passed on.
type kept struct{ nowhere }

func (kept) Exchanges(_, _ uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(func(*runnertape.Exchange, error) bool) {}
}

func (kept) BodyAt(uint64, runnertape.Side, int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(nil)), nil
}
func (kept) Amend(*runnertape.Exchange) error                       { return nil }
func (kept) Overwrite(uint64, runnertape.Side, int64, []byte) error { return nil }
func (kept) Replace(uint64, runnertape.Side, []byte) error          { return nil }
func (kept) Scrub(func(text []byte) bool) error                     { return nil }

// runnerInfo is what a runner says of itself in each poll.
const runnerInfo = `"info":{"name":"gitlab-runner","version":"17.9.0","revision":"c4cbe9dd","platform":"linux","architecture":"amd64","executor":"docker","shell":"bash",` +
	`"features":{"variables":true,"image":true,"services":true,"artifacts":true,"cache":true,"fallback_cache_keys":true,"shared":true,"upload_multiple_artifacts":true,` +
	`"upload_raw_artifacts":true,"session":true,"terminal":true,"refspecs":true,"masking":true,"proxy":true,"raw_variables":true,"artifacts_exclude":true,` +
	`"multi_build_steps":true,"trace_reset":true,"trace_checksum":true,"trace_size":true,"vault_secrets":true,"cancelable":true,"return_exit_code":true,` +
	`"service_variables":true,"service_multiple_aliases":true,"image_executor_opts":true,"service_executor_opts":true,"cancel_gracefully":true,` +
	`"native_steps_integration":true,"two_phase_job_commit":false},"config":{"gpus":""}},`

const runnerToken = "glrt-t3_Ab3dEf6hIj9lMn2pQr5t"

// answerFields are those of GitLab behind nginx and Workhorse.
func answerFields(more ...string) runnertape.Header {
	return fields(append(more,
		"Cache-Control", "no-cache", "Date", "Mon, 23 Nov 2026 11:39:31 GMT", "Server", "nginx",
		"Referrer-Policy", "strict-origin-when-cross-origin", "Strict-Transport-Security", "max-age=63072000", "Vary", "Origin",
		"X-Content-Type-Options", "nosniff", "X-Frame-Options", "SAMEORIGIN", "X-Gitlab-Meta", `{"correlation_id":"01KAR7ZQ5W9V9V2N0T4Q0J5B1C","version":"1"}`,
		"X-Request-Id", "01KAR7ZQ5W9V9V2N0T4Q0J5B1C", "X-Runtime", "0.023451"))
}

func requestFields(more ...string) runnertape.Header {
	return fields(append([]string{
		"Host", "gitlab.example.com", "User-Agent", "gitlab-runner 17.9.0 (17-9-stable; go1.23.2; linux/amd64)",
		"X-Request-Id", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "Accept-Encoding", "gzip",
	}, more...))
}

// ask sends one exchange through the Sink as a recorder does: three puts, bodies in pieces of 32 KiB.
func ask(b *testing.B, s *Sink, x runnertape.Exchange, response runnertape.Response, request, answer []byte) {
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	write := func(side runnertape.Side, body []byte) {
		for len(body) > 0 {
			n := min(len(body), 32<<10)
			check(s.Write(x.ID, side, body[:n]))
			body = body[n:]
		}
	}
	x.State, x.Scheme, x.Host = runnertape.InFlight, "https", "gitlab.example.com"
	x.Request.Body = runnertape.Body{Framing: runnertape.Length, Declared: int64(len(request)), Bytes: int64(len(request))}
	first, second, last := x, x, x
	check(s.Put(&first))
	write(runnertape.RequestSide, request)
	response.Body = runnertape.Body{Framing: runnertape.Length, Declared: int64(len(answer)), Bytes: int64(len(answer))}
	second.Response = &response
	check(s.Put(&second))
	write(runnertape.ResponseSide, answer)
	again := response
	last.State, last.Response = runnertape.Done, &again
	check(s.Put(&last))
}

// BenchmarkSink is the whole way of a small exchange through redaction and
// decoding. The Redactor knows what a job with some fifty variables declared.
func BenchmarkSink(b *testing.B) {
	rnd := newRandom(1)
	job := newPayload(rnd)
	poll := func(update string) []byte {
		return []byte(`{` + runnerInfo + `"token":"` + runnerToken + `","system_id":"s_0123456789ab","last_update":"` + update + `"}`)
	}
	same := poll("1f40fc92da241694750979ee6cf582f2")
	trace := jobLog(rnd, 16<<10)
	large := bytes.Replace(job.body, []byte(`"variables":[`), []byte(`"variables":[`+publicVariables(60)), 1)
	jobToken := "glcbt-64_" + randomOf(rnd, alnum, 20)
	noJob := runnertape.Response{Status: 204, Reason: "No Content", Proto: "HTTP/1.1", Header: answerFields("X-Gitlab-Last-Update", "1f40fc92da241694750979ee6cf582f2")}
	asks := runnertape.Request{
		Method: "POST", Target: "/api/v4/jobs/request", Proto: "HTTP/1.1",
		Header: requestFields("Accept", "application/json", "Content-Type", "application/json", "Runner-Token", runnerToken),
	}
	patch := runnertape.Request{
		Method: "PATCH", Target: "/api/v4/jobs/1001/trace?debug_trace=false", Proto: "HTTP/1.1",
		Header: requestFields("Content-Range", "0-16383", "Content-Type", "text/plain", "Job-Token", jobToken),
	}
	accepted := runnertape.Response{Status: 202, Reason: "Accepted", Proto: "HTTP/1.1", Header: answerFields(
		"Content-Type", "application/json", "Job-Status", "running", "Range", "0-16384", "X-Gitlab-Trace-Update-Interval", "60")}
	given := runnertape.Response{Status: 201, Reason: "Created", Proto: "HTTP/1.1", Header: answerFields("Content-Type", "application/json")}
	for _, c := range []struct {
		name string
		run  func(s *Sink, id uint64)
	}{
		{"poll", func(s *Sink, id uint64) { ask(b, s, runnertape.Exchange{ID: id, Request: asks}, noJob, same, nil) }},
		{"poll-changing", func(s *Sink, id uint64) {
			ask(b, s, runnertape.Exchange{ID: id, Request: asks}, noJob, poll(fmt.Sprintf("1f40fc92da241694750979ee%08x", id)), nil)
		}},
		{"patch", func(s *Sink, id uint64) {
			ask(b, s, runnertape.Exchange{ID: id, Request: patch}, accepted, trace, []byte(`"202 Accepted"`))
		}},
		{"job", func(s *Sink, id uint64) {
			ask(b, s, runnertape.Exchange{ID: id, Request: asks}, given, same, large)
		}},
		{"new-job", func(s *Sink, id uint64) {
			token := job.job[:len(job.job)-8] + fmt.Sprintf("%08x", id*0x9E3779B1&0xffffffff)
			ask(b, s, runnertape.Exchange{ID: id, Request: asks}, given, same, bytes.ReplaceAll(large, []byte(job.job), []byte(token)))
		}},
	} {
		for _, way := range []struct {
			name string
			next Next
		}{{"late", kept{}}, {"", nowhere{}}, {"keep-secrets", nowhere{}}} {
			b.Run(strings.TrimSuffix(c.name+"/"+way.name, "/"), func(b *testing.B) {
				var r *Redactor
				if way.name != "keep-secrets" {
					r = New(testKey)
					r.LearnJSON(job.body)
					r.Learn(jobToken)
				}
				s := NewSink(way.next, r, decode.NewDecoder("https://gitlab.example.com"), nil)
				b.ReportAllocs()
				for id := uint64(1); b.Loop(); id++ {
					c.run(s, id)
				}
			})
		}
	}
}

// publicVariables are n entries of a payload, in JSON.
func publicVariables(n int) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"key":"CI_PUBLIC_%d","value":"grp/project-%d/https://gitlab.example.com/%d","public":true,"masked":false},`, i, i, i)
	}
	return b.String()
}
