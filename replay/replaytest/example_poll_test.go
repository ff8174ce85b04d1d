package replaytest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"runnertape/replay/replaytest"
)

// send is what the program under test does: it speaks to GitLab as a runner.
func send(t testing.TB, c *http.Client, method, url, body string, header ...string) (status int, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer
}

func testPoll(t testing.TB) {
	srv := replaytest.Start(t, "testdata/passing-job.txtar")
	api := srv.URL() + "/api/v4/jobs/"

	status, answer := send(t, srv.Client(), "POST", api+"request", fmt.Sprintf(`{"token":%q}`, srv.Token()))
	var job struct {
		ID    int64
		Token string
	}
	if err := json.Unmarshal(answer, &job); err != nil || status != http.StatusCreated {
		t.Fatalf("polled: %d, %v", status, err)
	}
	send(t, srv.Client(), "PATCH", fmt.Sprint(api, job.ID, "/trace"), "hello\n", "JOB-TOKEN", job.Token, "Content-Range", "0-5")
	send(t, srv.Client(), "PUT", fmt.Sprint(api, job.ID), fmt.Sprintf(`{"token":%q,"state":"success"}`, job.Token))

	srv.Wait(t.Context()) // until every recorded job has ended
	if got := srv.Job(1001).State(); got != "success" {
		t.Errorf("job 1001 ended %s", got)
	}
	if got := string(srv.Job(1001).Trace()); got != "hello\n" {
		t.Errorf("its log is %q", got)
	}
}

// An HTTP client takes a job and does it. Had it left something out, asked for what was not recorded, or ended
// the job otherwise, the test would fail without a word of its own.
func Example_poll() {
	example(testPoll)
	// Output: PASS
}
