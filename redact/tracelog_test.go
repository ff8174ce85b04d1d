package redact

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// What a runner says of its trace can still be compared when stand-ins have taken
// the place of secrets in it.
func TestClaimOfRedactedTrace(t *testing.T) {
	for _, test := range []struct {
		name string
		sum  uint32 // is added to what the runner says
		want decode.Verdict
	}{{"right", 0, decode.Agrees}, {"wrong", 1, decode.Differs}} {
		t.Run(test.name, func(t *testing.T) {
			log := bytes.Repeat([]byte("$ login hunter2hunter2\n"), 100)
			next, rnd, b := newMemory(), newRandom(1), decode.NewBuilder()
			sink := NewSink(next, New(testKey), decode.NewDecoder(), b.Add)
			drive(t, rnd, sink, 1, jobAnswer([]byte(`{"id":7,"token":"`+token+`","variables":[{"key":"A","value":"hunter2hunter2","masked":true}]}`)))
			id := uint64(1)
			for at := 0; at < len(log); at += 1000 {
				id++
				piece := log[at:min(len(log), at+1000)]
				drive(t, rnd, sink, id, call{
					method: "PATCH", target: "/api/v4/jobs/7/trace", body: piece, status: 202,
					request: []string{"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", at, at+len(piece)-1)},
				})
			}
			said := fmt.Appendf(nil, `{"state":"success","output":{"checksum":"crc32:%08x","bytesize":%d}}`, crc32.ChecksumIEEE(log)+test.sum, len(log))
			drive(t, rnd, sink, id+1, call{method: "PUT", target: "/api/v4/jobs/7", request: []string{"Content-Type", "application/json"}, body: said, status: 200})
			seen, err := decode.ReadLog(b.Jobs()[0], func(id uint64, from int64) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(next.bodies[bodyKey(id, runnertape.RequestSide)][from:])), nil
			}, true)
			if err != nil {
				t.Fatal(err)
			}
			if seen.Verdict != test.want || seen.Bytes != int64(len(log)) || seen.Lines != 100 {
				t.Errorf("%s: %s; %d bytes, %d lines", seen.Verdict, seen.Reason, seen.Bytes, seen.Lines)
			}
			if bytes.Equal(next.bodies[bodyKey(2, runnertape.RequestSide)], log[:1000]) {
				t.Error("there is no stand-in, so nothing was proved")
			}
		})
	}
}
