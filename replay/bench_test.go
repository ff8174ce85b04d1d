package replay

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// void takes answers.
type void struct {
	header http.Header
	status int
}

func (v *void) Header() http.Header             { return v.header }
func (v *void) SetReadDeadline(time.Time) error { return nil }
func (v *void) WriteHeader(status int)          { v.status = status }
func (v *void) Write(p []byte) (int, error)     { return len(p), nil }

// BenchmarkReplayer is what answering takes beyond what net/http does; go run ./bench -replay compares it with that.
func BenchmarkReplayer(b *testing.B) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 64)
	update := []byte(`{"token":"` + job42Token + `","state":"running","checksum":"crc32:00000000","output":{"checksum":"crc32:00000000","bytesize":0}}`)
	const ask = `{"info":{"name":"gitlab-runner","version":"17.9.0","revision":"c4cbe9dd","platform":"linux","architecture":"amd64","executor":"shell","shell":"bash",` +
		`"features":{"variables":true,"image":true,"services":true,"artifacts":true,"cache":true,"fallback_cache_keys":true,"shared":true,"upload_multiple_artifacts":true,` +
		`"upload_raw_artifacts":true,"session":true,"terminal":true,"refspecs":true,"masking":true,"proxy":true,"raw_variables":true,"artifacts_exclude":true,` +
		`"multi_build_steps":true,"trace_reset":true,"trace_checksum":true,"trace_size":true,"vault_secrets":true,"cancelable":true,"return_exit_code":true,` +
		`"service_variables":true,"service_multiple_aliases":true,"image_executor_opts":true,"service_executor_opts":true,"cancel_gracefully":true,` +
		`"native_steps_integration":true,"two_phase_job_commit":false},"config":{"gpus":""}},"token":"glrt-anybody00000000000","system_id":"s_0123456789ab",` +
		`"last_update":"3b1f0e4a2c9d8e7f6a5b4c3d2e1f0a9b"}` // of 17.9.0
	for _, c := range []struct {
		name, method, target string
		body                 []byte
		status               int
	}{
		{"patch", "PATCH", "/api/v4/jobs/42/trace?debug_trace=false", body, 202},
		{"poll", "POST", "/api/v4/jobs/request", []byte(ask), 204},
		{"update", "PUT", "/api/v4/jobs/42", update, 200},
	} {
		b.Run(c.name, func(b *testing.B) {
			r, err := New(job42(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			if a := r.ask("POST", "/api/v4/jobs/request", "{}"); a.status != 201 {
				b.Fatal(a)
			}
			req := httptest.NewRequest(c.method, c.target, nil)
			if req.URL, err = url.ParseRequestURI(c.target); err != nil { // as a server has it
				b.Fatal(err)
			}
			req.Header.Set("Job-Token", job42Token)
			w := &void{header: http.Header{}}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				clear(w.header)
				req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(c.body)), int64(len(c.body))
				if c.method == "PATCH" {
					req.Header["Content-Range"] = []string{strconv.Itoa(n*len(body)) + "-" + strconv.Itoa((n+1)*len(body)-1)}
				}
				if r.ServeHTTP(w, req); w.status != c.status {
					b.Fatal(fmt.Sprint("answered ", w.status))
				}
			}
		})
	}
}
