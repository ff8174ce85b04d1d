package main

import (
	"testing"
	"time"

	"runnertape/decode"
	"runnertape/findings"
)

func TestStateOf(t *testing.T) {
	at := makeUpStart
	ended := func(state string, c *decode.Cancel) decode.Job {
		return decode.Job{State: state, Ended: at, CanceledBy: c, Events: make([]decode.Event, 3)}
	}
	handedOut := decode.Job{Payload: 1, PickedUp: at, Events: make([]decode.Event, 1)}
	begun := decode.Job{Payload: 1, PickedUp: at, Events: make([]decode.Event, 2)}
	unanswered := decode.Job{State: "success", Events: make([]decode.Event, 2)}
	tests := []struct {
		name string
		job  decode.Job
		live bool
		goes time.Duration // the recording goes on after at
		want string
	}{
		{"success", ended("success", nil), false, 0, jobSuccess},
		{"failed", ended("failed", nil), true, 0, jobFailed},
		{"canceled", ended("failed", &decode.Cancel{JobStatus: "canceled"}), false, 0, jobCanceled},
		{"canceled softly", ended("failed", &decode.Cancel{JobStatus: "canceling"}), false, 0, jobCanceled},
		{"canceled too late", ended("success", &decode.Cancel{JobStatus: "canceling"}), false, 0, jobSuccess},
		{"failed by GitLab", ended("failed", &decode.Cancel{JobStatus: "failed"}), false, 0, jobFailed},
		{"its end was not taken", unanswered, false, time.Hour, jobNeverEnded},
		{"its end is not taken yet", unanswered, true, time.Hour, jobRunning},
		{"just handed out", handedOut, true, findings.ContactWithin, jobRunning},
		{"handed out at the end", handedOut, false, findings.ContactWithin, jobNeverEnded},
		{"lost", handedOut, false, findings.ContactWithin + 1, jobLost},
		{"lost before our eyes", handedOut, true, findings.ContactWithin + 1, jobLost},
		{"begun", begun, false, time.Hour, jobNeverEnded},
		{"running", begun, true, time.Hour, jobRunning},
	}
	for _, test := range tests {
		if got := stateOf(&test.job, test.live, at.Add(test.goes)); got != test.want {
			t.Errorf("%s: %s, not %s", test.name, got, test.want)
		}
	}
}
