package decode

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

// Bodies that are made to be large when they are read come out small, and end.
func TestHostilePayloads(t *testing.T) {
	const size = 1 << 20
	fill := func(head, part, tail string) string {
		return head + strings.Repeat(part, (size-len(head)-len(tail))/len(part)) + tail
	}
	for name, body := range map[string]string{
		"elements":      fill(`{"variables":[`, `0,`, `0]}`),
		"empty objects": fill(`{"dependencies":[`, `{},`, `{}]}`),
		"unknown keys":  fill(`{`, `"nobody":1,`, `"id":1}`),
		"deep arrays":   fill(``, `[`, ``),
		"deep keys":     fill(``, `{"a":`, ``),
		"deep steps":    `{"run":"` + strings.Repeat(`[{\"run\":`, 3000) + `"}`,
		"names":         fill(`{"secrets":{`, `"a":{"vault":1},`, `"b":null}}`),
		"blanks":        fill(`{"id":1}`, " ", "x"),
		"escapes":       fill(`{"token":"`, `<`, `"}`),
		"one number":    fill(`{"id":`, `9`, `}`),
		"one key":       fill(`{"`, `k`, `":1}`),
	} {
		x := &runnertape.Exchange{ID: 1, Scheme: "http", Host: "h"}
		x.Request = runnertape.Request{Method: "POST", Target: "/api/v4/jobs/request"}
		x.Response = &runnertape.Response{Status: 201, Header: runnertape.Header{{Name: "Content-Type", Value: "application/json"}}}
		x.Response.Body.Bytes = int64(len(body))
		decoded := new(runnertape.Decoded)
		m := NewDecoder().decode(x, Bodies{Response: []byte(body)}, decoded)
		if len(decoded.Message) > 8*size {
			t.Errorf("%s: %d bytes made %d", name, len(body), len(decoded.Message))
		}
		checkNotes(t, m.Notes())
	}
}

// A list is read up to a bound, and the fault says so.
func TestLongLists(t *testing.T) {
	p, err := ParseJobPayload([]byte(`{"steps":[` + strings.Repeat(`{},`, maxItems) + `{}],"id":7}`))
	if err != nil || len(p.Steps) != maxItems || p.ID != 7 || len(p.Faults) != 1 || p.Faults[0] != "steps: 100000 of 100001 items were read" {
		t.Errorf("%d steps, id %d, faults %v, %v", len(p.Steps), p.ID, p.Faults, err)
	}
}

// Messages that were stored before a field had its type are read, but for that field.
func TestParseOldMessage(t *testing.T) {
	stored := `{"request":{},"status":201,"job":{"id":1,"secrets":{"A":"none","B":{"vault":{"path":"p"}}},"run":"[]","steps":[{"name":"script"}]},"faults":["f"]}`
	m, err := ParseMessage(&runnertape.Decoded{Endpoint: "request_job", Message: json.RawMessage(stored)})
	r, ok := m.(*RequestJobMessage)
	if err != nil || !ok || r.Job.ID != 1 || len(r.Job.Steps) != 1 || len(r.Faults) != 1 || r.Job.Secrets["B"].Vault.Path != "p" || string(r.Job.Run) != `"[]"` {
		t.Errorf("%+v, %v", m, err)
	}
}

// What JSON that breaks off has before the break is read, wherever it does.
func TestBrokenPayloadAtEachByte(t *testing.T) {
	body := readSample(t, "testdata/request_job/generation-19.txtar").exchanges[0].bodies.Response
	for end := range len(body) {
		p, err := ParseJobPayload(body[:end])
		if err == nil {
			t.Fatalf("%d bytes of %d are whole", end, len(body))
		}
		if p == nil && end > 0 || p != nil && (!p.Partial || len(p.Faults) == 0) {
			t.Fatalf("%d bytes of %d: %+v, %v", end, len(body), p, err)
		}
		if p != nil && end > strings.Index(string(body), `"token"`) && p.ID != 42 {
			t.Fatalf("%d bytes of %d: id %d", end, len(body), p.ID)
		}
		if p != nil {
			if _, err := json.Marshal(p); err != nil {
				t.Fatalf("%d bytes of %d: %v", end, len(body), err)
			}
		}
	}
}

// What the recording does not have of a payload is not held against the job.
func TestPayloadThatWasNotKept(t *testing.T) {
	sample := readSample(t, "testdata/request_job/generation-19.txtar").exchanges[0]
	body := sample.bodies.Response
	for _, tt := range []struct {
		name, fault string
		x           func(*runnertape.Body)
		given       []byte
		partial     bool
	}{
		{"longer than is read", "response: only the first 2000 of 9000000 bytes were read", func(b *runnertape.Body) { b.Bytes = 9_000_000 }, body[:2000], true},
		{"not kept", "response: body of 9000000 bytes was not kept, since it could not be looked into", func(b *runnertape.Body) { b.Bytes, b.Rewritten = 9_000_000, true }, nil, false},
	} {
		x := *sample.x
		response := *x.Response
		x.Response = &response
		tt.x(&response.Body)
		_, m := NewDecoder().Decode(&x, Bodies{Request: sample.bodies.Request, Response: tt.given})
		r := m.(*RequestJobMessage)
		faults := r.Faults
		if r.Job != nil {
			faults = append(faults, r.Job.Faults...)
		}
		if len(r.Lost) != 0 || (r.Job != nil && r.Job.Partial) != tt.partial || !slices.Contains(faults, tt.fault) {
			t.Errorf("%s: lost %v, faults %q", tt.name, r.Lost, faults)
		}
	}
}
