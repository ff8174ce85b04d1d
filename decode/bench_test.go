package decode

import (
	"bytes"
	"testing"
)

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"request_job/none", "request_job/job-19", "patch_trace/first", "update_job/failed"} {
		b.Run(name, func(b *testing.B) {
			s := readSample(b, "testdata/"+name+".txtar").exchanges[0]
			d := NewDecoder()
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(s.x, s.bodies)
			}
		})
	}
}

func BenchmarkRewriteURLs(b *testing.B) {
	s := readSample(b, "testdata/request_job/job-13.txtar").exchanges[0]
	body := bytes.Repeat(s.bodies.Response, 100)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		RewriteURLs(body, []string{"http://gitlab.example"}, "http://127.0.0.1:8090")
	}
}
