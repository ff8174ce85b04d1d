package replay

import (
	"errors"
	"testing"

	"runnertape"
)

// Only the chosen jobs are handed out: what they need counts as done, and the others are not missed.
func TestOnlySomeJobs(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(
		handOut(`{"id":1}`), put("1", `{"state":"success"}`, 200), handOut(`{"id":2}`), put("2", `{"state":"success"}`, 200),
		handOut(`{"id":3,"dependencies":[{"id":1,"token":"t"},{"id":2,"token":"u"}]}`), put("3", `{"state":"success"}`, 200),
	)
	r, err := New(tape, Options{Jobs: []int64{2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Facts(); f.Jobs != 2 {
		t.Errorf("%d jobs", f.Jobs)
	}
	for _, id := range []string{"2", "3"} {
		if id == "3" {
			r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204) // it needs 2
			r.ask("PUT", "/api/v4/jobs/2", `{"state":"success"}`).want(t, 200)
		}
		if a := r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201); a.body[:7] != `{"id":`+id {
			t.Errorf("got %s, want %s", a.body, id)
		}
	}
	r.ask("PUT", "/api/v4/jobs/1", `{"state":"running"}`).want(t, 403, "Job-Status", "pending")
	r.ask("PUT", "/api/v4/jobs/3", `{"state":"success"}`).want(t, 200)
	r.ended(t)
	if c := r.Receipt(); len(c.Jobs) != 2 || len(c.Unused) != 0 || !c.Same() {
		t.Errorf("receipt %+v", c)
	}
}

// A cache that was missing before an earlier job left it is there for the one that found it.
func TestOnlySomeJobsCaches(t *testing.T) {
	const store, object = "https://s3.example", "/ci/project/9/key?X-Amz-Credential=ak&X-Amz-Signature="
	job := func(id string) Take {
		return handOut(`{"id":` + id + `,"token":"t` + id + `","job_info":{"project_id":9},"cache":[{"key":"key"}]}`)
	}
	tape := NewTape("http://gitlab.example").Add(
		job("1"), fetched(store+object+"aa", 404, "<Error/>"), put("1", `{"state":"success"}`, 200),
		job("2"), fetched(store+object+"bb", 200, "found"), put("2", `{"state":"success"}`, 200),
	)
	for only, want := range map[int64]int{1: 404, 2: 200} {
		r, err := New(tape, Options{Jobs: []int64{only}})
		if err != nil {
			t.Fatal(err)
		}
		r.askAt("GET", store, object+"cc", "").want(t, want)
	}
}

func TestNoSuchJob(t *testing.T) {
	for want, tape := range map[string]*Tape{
		"job 7 is not in the recording; it has 42":        job42(),
		"job 7 is not in the recording, nor is any other": NewTape("http://gitlab.example"),
	} {
		_, err := New(tape, Options{Jobs: []int64{7}})
		if no, ok := errors.AsType[*runnertape.NoSuchJob](err); !ok || no.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
