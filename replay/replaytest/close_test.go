package replaytest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// A test may close the server itself, more than once, and ask of the jobs afterwards; it is judged once.
func TestCloseEarly(t *testing.T) {
	t.Parallel()
	judged := faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1003}}})
		run(t, srv, 1, play)
		srv.Close()
		srv.Close()
		build := srv.Job(1001)
		if got := string(build.Artifacts()[0].ReadFile("result.txt")); got != "result\n" {
			t.Errorf("result.txt is %q", got)
		}
		if !strings.HasSuffix(string(build.Trace()), "the log of build\n") {
			t.Errorf("log %q", build.Trace())
		}
		if _, err := srv.Client().Get(srv.URL()); err == nil {
			t.Error("it still answers")
		}
	})
	wantLines(t, judged, []string{`job 1003 "lint": nobody asked for it`})
	if n := len(judged.Errors()); n != 1 {
		t.Errorf("failed %d times", n)
	}
}

// hurried is a test whose time is over at a deadline.
type hurried struct {
	testing.TB
	deadline time.Time
}

func (h hurried) Deadline() (time.Time, bool) { return h.deadline, true }

// Who waits in vain is told so before the time of the test is over.
func TestWaitInTime(t *testing.T) {
	t.Parallel()
	judged := faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(hurried{t, time.Now().Add(time.Second)}, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1003}}})
		srv.Wait(context.Background())
		t.Error("it goes on")
	})
	wantLines(t, judged, []string{"wait for jobs: the time of go test -timeout is nearly over", `job 1003 "lint": nobody asked for it`})
}

// A poll that is held when the test ends does not hold up the end.
func TestEndWhileHeld(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	ended := make(chan error, 1)
	faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(t, recording, replaytest.Options{AllowUnused: true, Faults: []string{"request_job: hang"}})
		go func() { // ends with the server
			req, err := http.NewRequest(http.MethodPost, srv.URL()+"/api/v4/jobs/request", strings.NewReader(`{"token":"glrt-a"}`))
			if err != nil {
				ended <- err
				return
			}
			sent := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(began) }}
			res, err := srv.Client().Do(req.WithContext(httptrace.WithClientTrace(req.Context(), sent)))
			if err == nil {
				err = fmt.Errorf("status %d", res.StatusCode)
				res.Body.Close()
			}
			ended <- err
		}()
		<-began
	})
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the poll was answered")
		}
	case <-time.After(time.Minute):
		t.Error("the poll is still held")
	}
}
