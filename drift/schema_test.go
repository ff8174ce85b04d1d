package drift_test

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/drift"
)

// A body that is packed says what it says unpacked.
func TestPackedBodies(t *testing.T) {
	text := []byte(`{"id":1,"token":"x"}`)
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	zip.Write(text)
	zip.Close()
	schema := func(coding string, body []byte) *drift.Schema {
		s := drift.NewSchema()
		x, _ := exchange(t, 1, "POST /api/v4/runners → 201", nil)
		h := runnertape.Header{{Name: "Content-Type", Value: "application/json"}}
		if coding != "" {
			h = append(h, runnertape.Field{Name: "Content-Encoding", Value: coding})
		}
		x.Response.Header, x.Response.Body = finished(h, body, false)
		s.Add(x, decode.Bodies{Response: body})
		return s
	}
	var got []string
	for _, ch := range drift.Compare(schema("", text), schema("gzip", packed.Bytes())) {
		got = append(got, line(ch))
	}
	if want := []string{"info register_runner response header: gained Content-Encoding | 0 of 1 @1 | 1 of 1 @1\n"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	// of one that cannot be unpacked nothing is known, and nothing is lost
	for _, ch := range drift.Compare(schema("", text), schema("br", packed.Bytes())) {
		if ch.Part == drift.PartBody {
			t.Errorf("%s", line(ch))
		}
	}
}

// With Only a Schema has the jobs of these names, whichever numbers they have, and nothing of no job.
func TestOnly(t *testing.T) {
	script := `POST /api/v4/runners/verify → 200
POST /api/v4/jobs/request → 204
POST /api/v4/jobs/request → 201
	< {"id":1,"job_info":{"name":"build"}}
PUT /api/v4/jobs/1 → 200
	> {"state":"success"}
POST /api/v4/jobs/request → 201
	< {"id":2,"job_info":{"name":"test"}}
PUT /api/v4/jobs/2 → 200
	> {"state":"failed"}
POST /api/v4/jobs/request → 201
	< {"id":1,"job_info":{"name":"test"}}
PATCH /api/v4/jobs/1/trace → 202
PUT /api/v4/jobs/9 → 200
	> {"state":"failed"}
`
	s := drift.NewSchema()
	s.Only = func(job string) bool { return job == "test" }
	schemaInto(t, s, script)
	if s.Exchanges() != 4 || s.Jobs() != 2 {
		t.Errorf("%d exchanges and %d jobs, want 4 and 2", s.Exchanges(), s.Jobs())
	}
	var got strings.Builder
	for _, ch := range drift.Compare(drift.NewSchema(), s) {
		got.WriteString(line(ch))
	}
	const want = `info job=test job: gained | 0 of 0 @0 | 2 of 2 @5
info request_job endpoint: gained | 0 of 0 @0 | 2 of 2 @5
info update_job endpoint: gained | 0 of 0 @0 | 1 of 1 @6
info patch_trace endpoint: gained | 0 of 0 @0 | 1 of 1 @8
`
	if got.String() != want {
		t.Errorf("%s, want\n%s", got.String(), want)
	}
}
