package replay

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/received"
)

// A job is as the receipt has it, at each moment; one that the recording does not have is said so.
func TestJobOfNumber(t *testing.T) {
	r := start(t, chained(), nil)
	want := func(handed bool, state string) {
		t.Helper()
		c, err := r.Job(42)
		if err != nil || c.ID != 42 || c.Name != "build" || c.HandedOut != handed || c.Replayed.State != state || c.Recorded.State != "success" {
			t.Errorf("%+v, %v", c, err)
		}
	}
	want(false, "pending")
	r.next(t, "{}")
	want(true, "running")
	r.say(t, 42, "failed").want(t, 200)
	want(true, "failed")
	_, err := r.Job(7)
	if no, ok := errors.AsType[*runnertape.NoSuchJob](err); !ok || !slices.Equal(no.Has, []int64{42, 43}) {
		t.Errorf("job 7: %v", err)
	}
}

// Of two upstreams' jobs of one number it is the one handed out last, and nobody waits who waits for both.
func TestJobOfTwo(t *testing.T) {
	other := handOut(`{"id":42,"token":"glcbt-64_another000000000","job_info":{"name":"another"}}`)
	other.URL = "http://gitlab2.example" + other.URL
	r := start(t, job42().Add(other, put("42", `{"state":"failed"}`, 200)), nil)
	for _, name := range []string{"build", "another"} {
		r.next(t, "{}")
		if c, err := r.Job(42); err != nil || c.Name != name {
			t.Errorf("%+v, %v", c, err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(io.EOF)
		if err := r.Wait(ctx, 42); err != io.EOF {
			t.Errorf("%s: waited with %v", name, err)
		}
		r.say(t, 42, "success").want(t, 200)
	}
	if err := r.Wait(t.Context(), 42); err != nil {
		t.Error(err)
	}
}

// A job that is given up has come to its end, too.
func TestWaitForLost(t *testing.T) {
	at := newClock()
	r := start(t, job42(), at.now)
	waited := make(chan error)
	go func() { waited <- r.Wait(t.Context(), 42) }()
	for range maxRescues + 1 {
		r.next(t, "{}")
		at.forward(DefaultLostAfter + time.Second)
	}
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if err := r.Wait(t.Context(), 7); err == nil || !strings.Contains(err.Error(), "it has 42") {
		t.Errorf("job 7: %v", err)
	}
}

// What was uploaded can be read, from any byte on.
func TestUploaded(t *testing.T) {
	kept := received.Temporary(t.TempDir())
	defer kept.Close()
	r, err := New(job42(), Options{Received: kept})
	if err != nil {
		t.Fatal(err)
	}
	r.next(t, "{}")
	body, contentType := multipartOf("file", "a.zip", "content")
	r.ask("POST", "/api/v4/jobs/42/artifacts", body, "Content-Type", contentType).want(t, 201)
	for offset, want := range []string{"content", "ontent"} {
		file, err := r.Uploaded(42, 0, int64(offset))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(file); err != nil || string(got) != want {
			t.Errorf("from %d: %q, %v", offset, got, err)
		}
		file.Close()
	}
	for _, n := range []int{-1, 1} {
		if _, err := r.Uploaded(42, n, 0); err == nil || !strings.Contains(err.Error(), "job 42 has sent 1 artifact") {
			t.Errorf("number %d: %v", n, err)
		}
	}
	if _, err := r.Uploaded(7, 0, 0); err == nil {
		t.Error("job 7 has an artifact")
	}
}
