package trim

import (
	"encoding/base64"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
)

// story is a recording that is made up, and decoded as a recorder would have.
type story struct {
	t       *testing.T
	decoder *decode.Decoder
	at      time.Time
	all     []*runnertape.Exchange
}

func newStory(t *testing.T) *story {
	return &story{t: t, decoder: decode.NewDecoder("http://gitlab.test"), at: time.Unix(1000, 0).UTC()}
}

// add puts an exchange that takes a second, and tells its id.
func (s *story) add(method, target string, header []string, in string, status int, answer []string, out string) uint64 {
	s.t.Helper()
	x := s.begin(method, target, header, in)
	s.at = s.at.Add(time.Second)
	x.State, x.Replied, x.Ended = runnertape.Done, s.at, s.at
	x.Response = &runnertape.Response{Status: status, Header: fields(answer), Body: lengthOf(out)}
	x.Decoded, _ = s.decoder.Decode(x, decode.Bodies{Request: []byte(in), Response: []byte(out)})
	return x.ID
}

// begin puts an exchange that does not end.
func (s *story) begin(method, target string, header []string, in string) *runnertape.Exchange {
	host, path := "gitlab.test", target
	if rest, ok := strings.CutPrefix(target, "http://"); ok {
		host, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	s.at = s.at.Add(time.Second)
	x := &runnertape.Exchange{
		ID: uint64(len(s.all) + 1), State: runnertape.InFlight, Scheme: "http", Host: host, Started: s.at,
		Request: runnertape.Request{Method: method, Target: path, Header: fields(header), Body: lengthOf(in)},
	}
	s.all = append(s.all, x)
	return x
}

func fields(pairs []string) (h runnertape.Header) {
	for i := 0; i < len(pairs); i += 2 {
		h = append(h, runnertape.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return h
}

func lengthOf(body string) runnertape.Body {
	n := int64(len(body))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n, Stored: n}
}

// asks is what a runner of that name says in a poll.
func asks(runner string) string {
	return fmt.Sprintf(`{"token":"glrt-%s-0123456789","system_id":"s_%s","info":{"version":"17.9.0"}}`, runner, runner)
}

func (s *story) poll(runner string) uint64 {
	return s.add("POST", "/api/v4/jobs/request", nil, asks(runner), 204, nil, "")
}

func (s *story) verify(runner string) uint64 {
	return s.add("POST", "/api/v4/runners/verify", nil, asks(runner), 200, nil, `{"id":1,"token":"glrt-`+runner+`-0123456789"}`)
}

// handOut gives a job, that needs others, to a runner.
func (s *story) handOut(runner string, job int64, needs ...int64) uint64 {
	var dependencies []string
	for _, id := range needs {
		dependencies = append(dependencies, fmt.Sprintf(`{"id":%d,"name":"job %d","token":%q,"artifacts_file":{"filename":"a.zip","size":1}}`, id, id, tokenOf(job)))
	}
	payload := fmt.Sprintf(`{"id":%d,"token":%q,"job_info":{"name":"job %[1]d"},"git_info":{"repo_url":"http://gitlab-ci-token:x@gitlab.test/group/app.git"},"dependencies":[%[3]s]}`,
		job, tokenOf(job), strings.Join(dependencies, ","))
	return s.add("POST", "/api/v4/jobs/request", nil, asks(runner), 201, []string{"Content-Type", "application/json"}, payload)
}

func tokenOf(job int64) string { return fmt.Sprintf("glcbt-64-token-of-job-%d", job) }

func (s *story) patch(job int64) uint64 {
	return s.add("PATCH", fmt.Sprintf("/api/v4/jobs/%d/trace", job), []string{"Job-Token", tokenOf(job), "Content-Range", "0-1"}, "ab", 202, nil, "")
}

func (s *story) end(job int64) uint64 {
	return s.add("PUT", fmt.Sprintf("/api/v4/jobs/%d", job), nil, `{"token":"`+tokenOf(job)+`","state":"success"}`, 200, nil, "200")
}

// fetch is git of a job, or of nobody; has tells whether it builds on something.
func (s *story) fetch(job int64, project string, has bool) uint64 {
	want := "0011command=fetch00010032want " + strings.Repeat("a", 40) + "\n"
	if has {
		want += "0032have " + strings.Repeat("b", 40) + "\n"
	}
	header := []string{"Git-Protocol", "version=2"}
	if job != 0 {
		header = append(header, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:"+tokenOf(job))))
	}
	return s.add("POST", "/"+project+".git/git-upload-pack", header, want+"0009done\n0000", 200, nil, "0000")
}

// download asks for what a job needs, and is sent to a storage.
func (s *story) download(job, producer int64, path string) uint64 {
	return s.add("GET", fmt.Sprintf("/api/v4/jobs/%d/artifacts?direct_download=true", producer), []string{"Job-Token", tokenOf(job)}, "",
		302, []string{"Location", "http://storage.test" + path + "?X-Amz-Signature=" + tokenOf(job)}, "")
}

func (s *story) object(path string, job int64) uint64 {
	return s.add("GET", "http://storage.test"+path+"?X-Amz-Signature="+tokenOf(job), nil, "", 200, nil, "zip")
}

func (s *story) part(path string, job int64) uint64 {
	return s.add("GET", "http://storage.test"+path+"?X-Amz-Signature="+tokenOf(job), []string{"Range", "bytes=0-2"}, "", 206, []string{"Content-Range", "bytes 0-2/9"}, "zip")
}

func (s *story) exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range s.all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// which asks for some.
func (s *story) which(wanted func(*runnertape.Exchange) bool) iter.Seq2[runnertape.Entry, error] {
	return func(yield func(runnertape.Entry, error) bool) {
		for _, x := range s.all {
			if wanted(x) && !yield(runnertape.Entry{ID: x.ID, JobID: JobOf(x)}, nil) {
				return
			}
		}
	}
}

// ofJob asks for those that decode gave to a job.
func (s *story) ofJob(id int64) iter.Seq2[runnertape.Entry, error] {
	return s.which(func(x *runnertape.Exchange) bool { return x.Decoded != nil && x.Decoded.JobID == id })
}

// kept are the ids that are kept if some are asked for.
func (s *story) kept(asked iter.Seq2[runnertape.Entry, error], rules Rules) (ids []uint64) {
	s.t.Helper()
	c, err := Choose(s.exchanges(), asked, rules)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, x := range s.all {
		if c.Keeps(x) {
			ids = append(ids, x.ID)
		}
		if x.Decoded == nil {
			continue
		}
		k := runnertape.KindOf(x)
		if kept, sure := c.KeepsEntry(runnertape.EntryOf(x, &k)); sure && kept != c.Keeps(x) || !kept && c.Keeps(x) {
			s.t.Errorf("exchange %d: by its entry kept %v, sure %v", x.ID, kept, sure)
		}
	}
	return ids
}
