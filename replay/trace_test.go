package replay

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestPatchTrace(t *testing.T) {
	r := start(t, job42(), nil)
	const path = "/api/v4/jobs/42/trace?debug_trace=false"
	r.ask("PATCH", path, "hello", "Content-Range", "0-4").want(t, 403, "Job-Status", "pending")
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PATCH", path, "hello", "Content-Range", "0-4").want(t, 202,
		"Range", "0-5", "Job-Status", "running", headerInterval, "3")
	r.ask("PATCH", path, "hello", "Content-Range", "0-4").want(t, 202, "Range", "0-5")
	gone := r.ask("PATCH", path, "!", "Content-Range", "9-9").want(t, 416, "Range", "0-5", "Content-Type", "application/json", "Job-Status", "")
	if gone.body != `{"error":"416 Range Not Satisfiable"}` {
		t.Errorf("416 with %s", gone.body)
	}
	r.ask("PATCH", path, "!").want(t, 400)
	r.ask("PATCH", path, "!", "Content-Range", "bytes 5-5/6").want(t, 416, "Range", "0-5")
	r.ask("PATCH", path, "!", "Content-Range", "99999999999999999999-").want(t, 416, "Range", "0-5")
	r.ask("PATCH", path, " you", "Content-Range", "5-99").want(t, 202, "Range", "0-9") // the end counts for nothing
	r.ask("PATCH", path, strings.Repeat("x", maxPatch+1), "Content-Range", "9-9").want(t, 413)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	r.ask("PATCH", path, "!", "Content-Range", "9-9").want(t, 403, "Job-Status", "success")
	r.ask("PATCH", "/api/v4/jobs/43/trace", "!", "Content-Range", "0-0").want(t, 404)

	c := r.Receipt()
	if j := c.Jobs[0]; j.TraceBytes != 9 || j.Refused != 3 || j.TraceCRC32 == "" {
		t.Errorf("receipt %+v", j)
	}
	if c.Missed != 1 || c.Misses[0].JobID != 43 || c.Misses[0].Endpoint != "patch_trace" {
		t.Errorf("misses %+v", c.Misses)
	}
}

// A body that breaks off, or never comes, is as if it had never been sent.
func TestPatchCutShort(t *testing.T) {
	r := start(t, job42(), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	for _, broken := range []io.Reader{
		io.MultiReader(strings.NewReader("hel"), iotest.ErrReader(io.ErrUnexpectedEOF)),
		iotest.ErrReader(errors.New("i/o timeout")),
	} {
		req := httptest.NewRequest("PATCH", "/api/v4/jobs/42/trace", broken)
		req.Header.Set("Content-Range", "0-4")
		req.ContentLength = 5
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != 400 {
			t.Errorf("status %d", w.Code)
		}
	}
	if n := r.Receipt().Jobs[0].TraceBytes; n != 0 {
		t.Errorf("%d bytes of cut patches were appended", n)
	}
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", "Content-Range", "0-4").want(t, 202, "Range", "0-5")
}

func TestTraceInterval(t *testing.T) {
	for _, c := range []struct {
		interval time.Duration
		want     string
	}{{0, "3"}, {time.Millisecond, "1"}, {time.Second, "1"}, {1500 * time.Millisecond, "2"}, {time.Minute, "60"}} {
		r, err := New(job42(), Options{TraceInterval: c.interval})
		if err != nil {
			t.Fatal(err)
		}
		r.ask("POST", "/api/v4/jobs/request", "{}")
		r.ask("PATCH", "/api/v4/jobs/42/trace", "x", "Content-Range", "0-0").want(t, 202, headerInterval, c.want)
	}
}
