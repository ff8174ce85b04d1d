package decode

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// A poll that was seen before is decoded to the same as by a Decoder that has not.
func TestPolls(t *testing.T) {
	known := NewDecoder()
	for _, name := range sampleFiles(t) {
		for round := range 3 {
			for _, s := range readSample(t, name).exchanges {
				want, m := NewDecoder().Decode(s.x, s.bodies)
				got, n := known.Decode(s.x, s.bodies)
				if want.Endpoint != string(RequestJob) || s.x.Status() != 204 {
					continue
				}
				if diff := cmp.Diff(want, got) + cmp.Diff(m, n); diff != "" {
					t.Errorf("%s, round %d: %s", name, round, diff)
				}
				s.x.Response.Header = append(runnertape.Header{
					{Name: "X-GitLab-Last-Update", Value: fmt.Sprint("another-", round)},
					{Name: "X-Request-Id", Value: fmt.Sprint("\"answer\" ", round)},
					{Name: "Date", Value: fmt.Sprint(round)},
					{Name: "X-Odd", Value: fmt.Sprint("odd ", round)},
				}, s.x.Response.Header...)
				s.x.Request.Header = append(runnertape.Header{{Name: "X-Request-Id", Value: fmt.Sprint("id-", round)}}, s.x.Request.Header...)
				want, m = NewDecoder().Decode(s.x, s.bodies)
				got, n = known.Decode(s.x, s.bodies)
				if diff := cmp.Diff(want, got) + cmp.Diff(m, n); diff != "" {
					t.Errorf("%s, round %d, another answer: %s", name, round, diff)
				}
				s.x.Request.Header[0].Value, s.x.Response.Header[1].Value, s.x.Response.Header[2].Value = "id-new", "answer-new", "now"
				want, m = NewDecoder().Decode(s.x, s.bodies)
				got, n = known.Decode(s.x, s.bodies)
				if diff := cmp.Diff(want, got) + cmp.Diff(m, n); diff != "" {
					t.Errorf("%s, round %d, other ids: %s", name, round, diff)
				}
			}
		}
	}
	if len(known.polls) == 0 {
		t.Error("no poll is known")
	}
	s := newScript(t)
	for i := range maxPolls * 2 {
		s.say("POST", "http://h/api/v4/jobs/request", fmt.Sprintf(`{"info":{"version":"17.9.0"},"token":"glrt-%d"}`, i), 204, "")
	}
	if n := len(s.d.polls); n == 0 || n > maxPolls {
		t.Errorf("%d polls are known", n)
	}
}
