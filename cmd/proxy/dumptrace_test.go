package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// Of a number that was handed out twice the log is that of the last job, and that is said.
func TestTraceOfTheLast(t *testing.T) {
	few := &fewExchanges{}
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	add := func(endpoint string, status int, message, body string) {
		at = at.Add(time.Second)
		few.add(&runnertape.Exchange{
			Started: at, Replied: at, Ended: at, Response: &runnertape.Response{Status: status},
			Decoded: &runnertape.Decoded{Endpoint: endpoint, JobID: 7, Message: []byte(message)},
		}, []byte(body), nil)
	}
	for _, log := range []string{"the first", "the second"} {
		add("request_job", 201, `{"request":{},"status":201,"job":{"id":7}}`, "")
		add("patch_trace", 202, fmt.Sprintf(`{"start":0,"end":%d,"bytes":%d,"answer":{"status":202}}`, len(log)-1, len(log)), log)
		add("update_job", 200, `{"request":{"state":"success"},"answer":{"status":200}}`, "")
	}
	p, stop, said := testProcess(t)
	defer stop()
	var out bytes.Buffer
	mustDo(t, showTrace(&dumper{process: p, src: few}, &out, few.Exchanges()))
	if out.String() != "the second" || !strings.Contains(said.String(), "job 7 was handed out 2 times; this is the log of the last") {
		t.Errorf("%q, %s", out.String(), said)
	}
}
