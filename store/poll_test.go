package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"runnertape"
)

// pollBody is what gitlab-runner 18.4 says when it asks for a job.
const pollBody = `{"info":{"name":"gitlab-runner","version":"18.4.0","revision":"d53c80d4","platform":"linux","architecture":"amd64","executor":"docker","shell":"bash","features":{"variables":true,"image":true,"services":true,"artifacts":true,"cache":true,"fallback_cache_keys":true,"shared":true,"upload_multiple_artifacts":true,"upload_raw_artifacts":true,"session":true,"terminal":true,"refspecs":true,"masking":true,"proxy":false,"raw_variables":true,"artifacts_exclude":true,"multi_build_steps":true,"trace_reset":true,"trace_checksum":true,"trace_size":true,"vault_secrets":true,"cancelable":true,"return_exit_code":true,"service_variables":true,"service_multiple_aliases":true,"image_executor_opts":true,"service_executor_opts":true,"cancel_gracefully":true,"native_steps_integration":true,"two_phase_job_commit":true},"config":{"gpus":""}},"token":"glrt-Xq3vT8LmZ0rY5bWk2NcD","system_id":"r_8fKq2LmT0xZa","last_update":"9c1e5b7a2f0d4c6e8a3b5d7f9e1c3a5b"}`

// polls makes empty polls as a recorder puts them, with everything different that
// differs between real ones: times, ports, ids on both sides, Rails' run time.
type polls struct{ random *rand.Rand }

func newPolls() *polls { return &polls{rand.New(rand.NewPCG(1, 2))} }

func (p *polls) text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[p.random.IntN(len(alphabet))]
	}
	return string(b)
}

func (p *polls) inFlight(id uint64) *runnertape.Exchange {
	return &runnertape.Exchange{
		ID: id, State: runnertape.InFlight, Way: runnertape.Reverse, Conn: 1 + id/7, Client: "10.0.3.7:" + strconv.Itoa(32768+p.random.IntN(28000)),
		Scheme: "https", Host: "gitlab.example",
		Started: time.Unix(1790000000, int64(id)*37e6+p.random.Int64N(37e6)).UTC(),
		Request: runnertape.Request{
			Method: "POST", Target: "/api/v4/jobs/request", Proto: "HTTP/1.1",
			Header: runnertape.Header{
				{Name: "Host", Value: "gitlab.example"},
				{Name: "Accept", Value: "application/json"},
				{Name: "Accept-Encoding", Value: "gzip"},
				{Name: "Content-Length", Value: strconv.Itoa(len(pollBody))},
				{Name: "Content-Type", Value: "application/json"},
				{Name: "Runner-Token", Value: "glrt-Xq3vT8LmZ0rY5bWk2NcD"},
				{Name: "User-Agent", Value: "gitlab-runner 18.4.0 (18-4-stable; go1.24.6; linux/amd64)"},
				{Name: "X-Request-Id", Value: p.text("0123456789abcdef", 32)},
			},
			Body: runnertape.Body{Framing: runnertape.Length, Declared: int64(len(pollBody)), Bytes: int64(len(pollBody))},
		},
	}
}

// done is x when it has ended, with the answer of GitLab behind nginx.
func (p *polls) done(x *runnertape.Exchange) *runnertape.Exchange {
	end := *x
	end.State = runnertape.Done
	end.Replied = x.Started.Add(40*time.Millisecond + time.Duration(p.random.Int64N(80e6)))
	end.Ended = end.Replied.Add(time.Duration(p.random.Int64N(1e6)))
	correlation := "01K" + p.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23)
	end.Response = &runnertape.Response{
		Status: 204, Reason: "No Content", Proto: "HTTP/1.1",
		Header: runnertape.Header{
			{Name: "Server", Value: "nginx"},
			{Name: "Date", Value: end.Replied.Format("Mon, 02 Jan 2006 15:04:05 GMT")},
			{Name: "Connection", Value: "keep-alive"},
			{Name: "Cache-Control", Value: "no-cache"},
			{Name: "Referrer-Policy", Value: "strict-origin-when-cross-origin"},
			{Name: "Strict-Transport-Security", Value: "max-age=63072000"},
			{Name: "Vary", Value: "Origin"},
			{Name: "X-Content-Type-Options", Value: "nosniff"},
			{Name: "X-Frame-Options", Value: "SAMEORIGIN"},
			{Name: "X-Gitlab-Last-Update", Value: "9c1e5b7a2f0d4c6e8a3b5d7f9e1c3a5b"},
			{Name: "X-Gitlab-Meta", Value: `{"correlation_id":"` + correlation + `","version":"1"}`},
			{Name: "X-Request-Id", Value: correlation},
			{Name: "X-Runtime", Value: fmt.Sprintf("0.%06d", p.random.IntN(1e6))},
		},
		Body: runnertape.Body{Framing: runnertape.NoBody},
	}
	end.Decoded = &runnertape.Decoded{
		Endpoint: "request_job", Gist: "no job",
		Runner: runnertape.Runner{Token: "Xq3vT8LmZ", SystemID: "r_8fKq2LmT0xZa", Version: "18.4.0", Executor: "docker"},
		Message: []byte(`{"request":` + pollBody + `,"status":204,"last_update":"9c1e5b7a2f0d4c6e8a3b5d7f9e1c3a5b","request_id":"` +
			end.Request.Header[7].Value + `","correlation_id":"` + correlation + `","request_head":{"agent":{"name":"gitlab-runner","version":"18.4.0","branch":"18-4-stable",` +
			`"go":"go1.24.6","platform":"linux/amd64"},"accept":"application/json","accept_encoding":"gzip","content_type":"application/json",` +
			`"tokens":[{"header":"Runner-Token","kind":"runner"}]},"answer_head":{"server":"nginx"}}`),
	}
	return &end
}

// begin puts and writes what a recorder does until an answer comes.
func (p *polls) begin(t testing.TB, w *Writer, id uint64) *runnertape.Exchange {
	x := p.inFlight(id)
	kept := *x
	if err := w.Put(&kept); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(id, runnertape.RequestSide, []byte(pollBody)); err != nil {
		t.Fatal(err)
	}
	return x
}

func (p *polls) end(t testing.TB, w *Writer, x *runnertape.Exchange) {
	done := p.done(x)
	replied := *done
	replied.State, replied.Ended, replied.Decoded = runnertape.InFlight, time.Time{}, nil
	if err := w.Put(&replied); err != nil {
		t.Fatal(err)
	}
	if err := w.Put(done); err != nil {
		t.Fatal(err)
	}
}

// An empty poll takes no more than maxPollBytes of file, header, dictionaries and
// free pages shared among all.
const maxPollBytes = 400

func TestEmptyPollsAreSmall(t *testing.T) {
	count := often(20_000)
	for _, test := range []struct {
		name     string
		inFlight int // polls that are held at a time
		perGroup int // polls that end, and begin, between commits
		shuffled bool
	}{
		{"within a group", 0, 7, false},
		{"held, ending in order", 200, 5, false},
		{"held, ending in any order", 200, 5, true},
		{"a twentieth held, ending in any order", count / 20, 5, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, w := newRecording(t)
			w.db.NoSync = true // it is the size that counts
			p := newPolls()
			var held []*runnertape.Exchange
			for id := uint64(1); id <= uint64(count); id++ {
				held = append(held, p.begin(t, w, id))
				for len(held) > test.inFlight {
					at := 0
					if test.shuffled {
						at = p.random.IntN(len(held))
					}
					p.end(t, w, held[at])
					held = append(held[:at], held[at+1:]...)
				}
				if id%uint64(test.perGroup) == 0 {
					must(t, w.Commit())
				}
			}
			for _, x := range held {
				p.end(t, w, x)
			}
			must(t, w.Close())
			info, err := os.Stat(path)
			must(t, err)
			perPoll := info.Size() / int64(count)
			t.Logf("%d bytes of file per poll", perPoll)
			if perPoll > maxPollBytes {
				t.Errorf("%d bytes of file per poll, want %d at most", perPoll, maxPollBytes)
			}
		})
	}
}

// A recording of any length takes the same memory to write.
func TestLongRecordingsTakeNoMoreMemory(t *testing.T) {
	_, w := newRecording(t)
	w.db.NoSync = true
	p := newPolls()
	id := uint64(0)
	heapAfter := func(polls int) uint64 {
		for range polls {
			id++
			p.end(t, w, p.begin(t, w, id))
			if id%10 == 0 {
				must(t, w.Commit())
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heapAfter(5_000)
	more := often(50_000)
	after := heapAfter(more)
	if grown := int64(after) - int64(before); grown > 512<<10 {
		t.Errorf("%d polls more take %d bytes more", more, grown)
	}
	must(t, w.Close())
}

// BenchmarkPolls is the Writer's share of recording an empty poll: three states,
// a body, and its part of a commit.
func BenchmarkPolls(b *testing.B) {
	for _, perGroup := range []int{10, 100} {
		b.Run(fmt.Sprint(perGroup, "-a-group"), func(b *testing.B) {
			w, err := Create(filepath.Join(b.TempDir(), "recording.db"), runnertape.Recording{})
			if err != nil {
				b.Fatal(err)
			}
			defer w.Close()
			p := newPolls()
			var states [][3]*runnertape.Exchange
			body := []byte(pollBody)
			made := 0
			b.ReportAllocs()
			for b.Loop() {
				if made%1000 == 0 { // made ahead, as the recorder makes them elsewhere
					b.StopTimer()
					states = states[:0]
					for i := range 1000 {
						x := p.inFlight(uint64(made + i + 1))
						done := p.done(x)
						replied := *done
						replied.State = runnertape.InFlight
						states = append(states, [3]*runnertape.Exchange{x, &replied, done})
					}
					b.StartTimer()
				}
				s := states[made%1000]
				made++
				err = w.Put(s[0])
				if err == nil {
					err = w.Write(s[0].ID, runnertape.RequestSide, body[:500])
				}
				if err == nil {
					err = w.Write(s[0].ID, runnertape.RequestSide, body[500:])
				}
				if err == nil {
					err = w.Put(s[1])
				}
				if err == nil {
					err = w.Put(s[2])
				}
				if err == nil && made%perGroup == 0 {
					err = w.Commit()
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
