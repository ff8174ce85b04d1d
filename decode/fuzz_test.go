package decode

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"runnertape"
)

// Each target is seeded with all samples. `just fuzz` runs them.

// eachSample gives the exchanges of all samples.
func eachSample(f *testing.F, use func(sampleExchange)) {
	f.Helper()
	for _, name := range sampleFiles(f) {
		for _, x := range readSample(f, name).exchanges {
			use(x)
		}
	}
}

func FuzzClassify(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.x.Request.Method, s.x.Request.Path()) })
	f.Fuzz(func(t *testing.T, method, path string) {
		call := Classify(method, path)
		switch call.Endpoint {
		case UpdateJob, PatchTrace, UploadArtifacts, DownloadArtifacts:
			if call.JobID <= 0 {
				t.Errorf("%+v", call)
			}
		case Git:
			if !strings.HasPrefix(path, call.Project) || !strings.HasSuffix(path, call.Service) {
				t.Errorf("%+v", call)
			}
		}
		if !strings.HasPrefix(path, call.Prefix) {
			t.Errorf("%+v", call)
		}
	})
}

func FuzzCachePath(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.x.Request.Method, s.x.Request.Path(), s.x.Request.Query()) })
	f.Fuzz(func(t *testing.T, method, path, query string) {
		at, ok := parseCachePath(path)
		if !ok {
			if IsCache(method, path, query) {
				t.Error("a cache without its path")
			}
			return
		}
		plain, err := url.PathUnescape(path)
		end := "project/" + strconv.FormatInt(at.projectID, 10) + "/" + at.key
		if at.runner != "" {
			end = "runner/" + at.runner + "/" + end
		}
		if err != nil || at.projectID <= 0 || at.key == "" || !strings.HasSuffix(plain, "/"+end) || !strings.Contains(plain, at.prefix) {
			t.Errorf("%q is read as %+v", path, at)
		}
	})
}

func FuzzContentRange(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.x.Request.Header.Get("Content-Range")) })
	f.Fuzz(func(t *testing.T, s string) {
		if start, end, ok := ParseContentRange(s); start < 0 || end < 0 || !ok && start+end != 0 {
			t.Errorf("ParseContentRange(%q) = %d, %d, %t", s, start, end, ok)
		}
		if size, ok := ParseRange(s); size < 0 || !ok && size != 0 {
			t.Errorf("ParseRange(%q) = %d, %t", s, size, ok)
		}
	})
}

func FuzzJobPayload(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.bodies.Response) })
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := ParseJobPayload(body)
		if err != nil {
			return
		}
		written, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, new(JobPayload)); err != nil {
			t.Errorf("%s: %v", written, err)
		}
		Bases(p)
	})
}

// What a sample says is decoded after the job that most samples are of was
// handed out, whole and cut, and must come out as JSON that is read back.
func FuzzDecode(f *testing.F) {
	eachSample(f, func(s sampleExchange) {
		var head, answer []string
		for _, field := range s.x.Request.Header {
			head = append(head, field.Name+":"+field.Value)
		}
		status := s.x.Status()
		if s.x.Response != nil {
			for _, field := range s.x.Response.Header {
				answer = append(answer, field.Name+":"+field.Value)
			}
		}
		f.Add(s.x.Request.Method, s.x.Request.Target, strings.Join(head, "\n"), s.bodies.Request, status, strings.Join(answer, "\n"), s.bodies.Response)
	})
	job := readSample(f, "testdata/request_job/job-19.txtar").exchanges[0]
	f.Fuzz(func(t *testing.T, method, target, head string, body []byte, status int, answer string, answerBody []byte) {
		d, b := NewDecoder("http://gitlab.example"), NewBuilder()
		d.decode(job.x, job.bodies, new(runnertape.Decoded))
		x := &runnertape.Exchange{ID: 2, Scheme: "http", Started: time.Unix(1, 0)}
		x.Request = runnertape.Request{Method: method, Target: target, Header: fuzzHeader(head)}
		x.Host = x.Request.Header.Get("Host")
		text := utf8.ValidString(method+target+head+answer) && utf8.Valid(body) && utf8.Valid(answerBody)
		x.Request.Body.Bytes = int64(len(body))
		if status != 0 {
			x.Response = &runnertape.Response{Status: status, Header: fuzzHeader(answer)}
			x.Response.Body.Bytes = int64(len(answerBody))
		}
		for _, bodies := range []Bodies{{body, answerBody}, {body[:len(body)/2], answerBody[:len(answerBody)/2]}, {}} {
			decoded := new(runnertape.Decoded)
			m := d.decode(x, bodies, decoded)
			if _, raw := m.(*Raw); raw {
				t.Error(m.Gist())
			}
			again, err := ParseMessage(decoded)
			if err != nil {
				t.Fatal(err)
			}
			if again.Gist() != decoded.Gist && text { // JSON cannot hold other bytes
				t.Errorf("%q became %q", decoded.Gist, again.Gist())
			}
			if strings.ContainsFunc(decoded.Gist, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("control character in %q", decoded.Gist)
			}
			if in := len(method) + len(target) + len(head) + len(body) + len(answer) + len(answerBody); len(decoded.Message) > 64<<10+24*in {
				t.Errorf("%d bytes made %d", in, len(decoded.Message))
			}
			checkNotes(t, m.Notes())
			if decoded.JobID < 0 {
				t.Errorf("job %d", decoded.JobID)
			}
			x.Decoded = decoded
			b.Add(x, nil)
		}
		for _, j := range b.Jobs() {
			checkTrace(t, j)
		}
	})
}

func fuzzHeader(s string) runnertape.Header {
	var h runnertape.Header
	for line := range strings.SplitSeq(s, "\n") {
		name, value, _ := strings.Cut(line, ":")
		h = append(h, runnertape.Field{Name: name, Value: value})
	}
	return h
}

// checkTrace holds what must be true of any trace: segments are in order, do
// not overlap, lie within their patch, and with the gaps make up the size.
func checkTrace(t *testing.T, j *Job) {
	t.Helper()
	var at, sum int64
	for _, s := range j.TraceSegments() {
		if s.Offset < at || s.Bytes <= 0 || s.Skip < 0 {
			t.Fatalf("segments %+v", j.TraceSegments())
		}
		at = s.Offset + s.Bytes
		sum += s.Bytes
	}
	for _, g := range j.TraceGaps() {
		sum += g.Bytes
	}
	if sum != j.TraceSize() {
		t.Fatalf("%d bytes of %d", sum, j.TraceSize())
	}
}

// Four bytes make one patch: what it says and what it was answered.
func FuzzTraceSegments(f *testing.F) {
	f.Add([]byte{0, 10, 0, 10, 10, 5, 1, 15, 10, 5, 0, 15})
	f.Add([]byte{0, 20, 0, 20, 0, 0, 9, 0, 0, 8, 0, 8, 5, 3, 2, 9})
	f.Fuzz(func(t *testing.T, script []byte) {
		j := new(Job)
		for id := uint64(1); len(script) >= 4; id++ {
			status := []int{202, 0, 416, 403, 500, 200}
			if script[2] == 9 {
				j.Updates = append(j.Updates, Update{Exchange: id, State: "success", Status: 412})
			} else {
				size := int64(script[3])
				j.Patches = append(j.Patches, Patch{
					Exchange: id, Start: int64(script[0]), Bytes: int64(script[1]),
					Status: status[int(script[2])%len(status)], Held: &size,
				})
			}
			script = script[4:]
		}
		checkTrace(t, j)
	})
}

func FuzzRewriteURLs(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.bodies.Response, "https://gitlab.example", "http://127.0.0.1:1/r") })
	f.Add([]byte(`http:\/\/u:p@h:80\/pre\/x`), "http://h/pre", "https://r/q")
	f.Fuzz(func(t *testing.T, body []byte, from, to string) {
		was := bytes.Clone(body)
		got := RewriteURLs(body, []string{from}, to)
		if !bytes.Equal(was, body) {
			t.Error("body was changed in place")
		}
		if json.Valid(body) && !json.Valid(got) && !strings.ContainsAny(to, "\"\\") && utf8.ValidString(to) {
			t.Errorf("%q is no JSON any more: %q", body, got)
		}
		if b, ok := parseBase(from); ok && !bytes.Contains(bytes.ToLower(body), []byte(b.host)) && !bytes.Equal(got, body) {
			t.Errorf("%q changed without %q: %q", body, b.host, got)
		}
	})
}

func FuzzPktLines(f *testing.F) {
	eachSample(f, func(s sampleExchange) {
		f.Add(s.bodies.Request)
		f.Add(s.bodies.Response)
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		sum := 0
		for line, err := range pktLines(data) {
			if err != nil {
				break
			}
			sum += 4 + len(line.data)
		}
		if sum > len(data) {
			t.Errorf("%d bytes of %d", sum, len(data))
		}
		for _, service := range []string{"git-upload-pack", "git-receive-pack"} {
			m := &GitMessage{Service: service}
			if service == "git-upload-pack" {
				m.uploadPack(piece{data: data, whole: true, side: "request"}, new(notes))
			} else {
				m.receivePack(piece{data: data, whole: true, side: "request"}, new(notes))
			}
			m.offer(piece{data: data, whole: true, side: "response"}, new(notes))
			if text, err := json.Marshal(m); err != nil || len(text) > 2<<10+24*len(data) {
				t.Errorf("%d bytes made %d, %v", len(data), len(text), err)
			}
		}
	})
}

func FuzzPartHead(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.x.Request.Header.Get("Content-Type"), s.bodies.Request) })
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		head, err := parsePartHead(contentType, body)
		if head.size > int64(len(body)) || err == nil && head.size == 0 {
			t.Errorf("head of %d bytes in %d", head.size, len(body))
		}
	})
}

// checkNotes holds the bounds of what is said beside a message.
func checkNotes(t *testing.T, c *Common) {
	t.Helper()
	if len(c.Gaps) > maxGaps || len(c.Faults) > 2*maxFaults+2 || c.MoreGaps < 0 || c.MoreGaps > 0 && len(c.Gaps) < maxGaps {
		t.Errorf("%d gaps, %d more, %d faults", len(c.Gaps), c.MoreGaps, len(c.Faults))
	}
	for _, g := range c.Gaps {
		if g.Where == "" || len(g.Name) > maxGapText+3 || len(g.Value) > maxGapText+3 || !utf8.ValidString(g.Name+g.Value) {
			t.Errorf("gap %+v", g)
		}
		if secretKey(g.Name) && g.Value != "" {
			t.Errorf("%+v shows a secret", g)
		}
	}
}

func FuzzPresigned(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.x.Host, s.x.Request.Query()) })
	f.Fuzz(func(t *testing.T, host, query string) {
		p := readPresigned(host, query)
		if _, err := json.Marshal(p.expires); err != nil || p.seconds > 1<<31 || p.seconds < -1<<31 {
			t.Errorf("%+v: %v", p, err)
		}
		var n notes
		n.queryGaps(ObjectStorage, query)
		checkNotes(t, &Common{Gaps: n.gaps, MoreGaps: n.moreGaps})
	})
}

// A header is read on both sides, and the same in any case.
func FuzzHeader(f *testing.F) {
	eachSample(f, func(s sampleExchange) {
		for _, field := range s.x.Request.Header {
			f.Add(field.Name, field.Value, s.x.Status())
		}
		if s.x.Response != nil {
			for _, field := range s.x.Response.Header {
				f.Add(field.Name, field.Value, s.x.Status())
			}
		}
	})
	f.Fuzz(func(t *testing.T, name, value string, status int) {
		for _, name := range []string{name, strings.ToUpper(name)} {
			h := runnertape.Header{{Name: name, Value: value}}
			var n notes
			asked := readRequestHead(RequestJob, &runnertape.Request{Header: h}, &n)
			said := readAnswerHead(RequestJob, &runnertape.Response{Status: status, Header: h}, &n)
			text, err := json.Marshal([]any{asked, said})
			if err != nil || len(text) > 1<<10+12*len(name+value) {
				t.Errorf("%s: %v", text, err)
			}
			checkNotes(t, &Common{Gaps: n.gaps, MoreGaps: n.moreGaps, Faults: n.faults})
			ParseContentRange(value)
			ParseVersion(value)
		}
	})
}
