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
	update := []byte(`{"token":"glcbt-64_token000000000042","state":"running","checksum":"crc32:00000000","output":{"checksum":"crc32:00000000","bytesize":0}}`)
	for _, c := range []struct {
		name, method, target string
		body                 []byte
		status               int
	}{
		{"patch", "PATCH", "/api/v4/jobs/42/trace?debug_trace=false", body, 202},
		{"poll", "POST", "/api/v4/jobs/request", []byte(`{"token":"glrt-anybody00000000000"}`), 204},
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
