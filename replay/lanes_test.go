package replay

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestManyAtOnce runs many jobs over many connections, each sending its own
// log, artifact and updates at once with the others.
func TestManyAtOnce(t *testing.T) {
	const jobs, runners = 200, 16
	tape := NewTape("http://gitlab.example")
	for id := 1; id <= jobs; id++ {
		needs := ""
		if id > jobs/2 {
			needs = fmt.Sprintf(`,"dependencies":[{"id":%d}]`, id-jobs/2)
		}
		tape.Add(handOut(fmt.Sprintf(`{"id":%d%s}`, id, needs)))
	}
	for id := 1; id <= jobs; id++ {
		tape.Add(put(fmt.Sprint(id), `{"state":"success"}`, 200))
	}
	var mu sync.Mutex
	logs := map[int64]*bytes.Buffer{}
	r, err := New(tape, Options{Trace: func(job, offset int64, p []byte) {
		mu.Lock()
		defer mu.Unlock()
		if logs[job] == nil {
			logs[job] = new(bytes.Buffer)
		}
		logs[job].Write(p)
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(r)
	defer s.Close()
	send := func(method, path, contentRange, body, contentType string) (int, string) {
		req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		req.Header.Set("Content-Range", contentRange)
		req.Header.Set("Content-Type", contentType)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer resp.Body.Close()
		all, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		return resp.StatusCode, string(all)
	}
	play := func(id int) {
		var tasks sync.WaitGroup
		tasks.Go(func() {
			for i := range 20 {
				line := fmt.Sprintf("job %6d line %2d\n", id, i)
				if status, body := send("PATCH", fmt.Sprintf("/api/v4/jobs/%d/trace", id), fmt.Sprintf("%d-", i*len(line)), line, "text/plain"); status != 202 {
					t.Errorf("patch %d of %d: %d %s", i, id, status, body)
				}
			}
		})
		tasks.Go(func() {
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			part, _ := w.CreateFormFile("file", "art.zip") // a buffer takes everything
			fmt.Fprint(part, id)
			w.Close()
			if status, _ := send("POST", fmt.Sprintf("/api/v4/jobs/%d/artifacts", id), "", b.String(), w.FormDataContentType()); status != 201 {
				t.Errorf("upload of %d: %d", id, status)
			}
		})
		tasks.Go(func() {
			for range 3 {
				send("PUT", fmt.Sprintf("/api/v4/jobs/%d", id), "", `{"state":"running"}`, jsonType)
			}
		})
		tasks.Wait()
		if status, _ := send("PUT", fmt.Sprintf("/api/v4/jobs/%d", id), "", `{"state":"success"}`, jsonType); status != 200 {
			t.Errorf("end of %d: %d", id, status)
		}
	}
	var all sync.WaitGroup
	for range runners {
		all.Go(func() {
			for {
				select {
				case <-r.Done():
					return
				default:
				}
				status, body := send("POST", "/api/v4/jobs/request", "", "{}", jsonType)
				if status == 201 {
					var id int
					fmt.Sscanf(body, `{"id":%d`, &id)
					play(id)
				}
				r.Receipt()
			}
		})
	}
	all.Wait()
	c := r.Receipt()
	for _, j := range c.Jobs {
		if !j.Same() || len(j.Uploads) != 1 {
			t.Errorf("job %+v", j)
		}
		var want strings.Builder
		for i := range 20 {
			fmt.Fprintf(&want, "job %6d line %2d\n", j.ID, i)
		}
		if got := logs[j.ID].String(); got != want.String() {
			t.Errorf("job %d: log %q", j.ID, got)
		}
	}
	if c.Served != jobs || c.Missed > 0 || len(c.Unused) > 0 {
		t.Errorf("receipt %s", c.Summary())
	}
}
