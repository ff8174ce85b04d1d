package main

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/fixtures"
)

// uploads is a recording of uploads.
type uploads struct {
	exchanges []*runnertape.Exchange
	bodies    map[uint64][]byte
}

func (u *uploads) Close() error { return nil }

func (u *uploads) Header() runnertape.Recording {
	return runnertape.Recording{Upstream: "http://gitlab.example"}
}

func (u *uploads) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range u.exchanges {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (u *uploads) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	if side == runnertape.ResponseSide {
		return io.NopCloser(strings.NewReader("")), nil
	}
	return io.NopCloser(bytes.NewReader(u.bodies[id])), nil
}

// add is an upload of job 7. Of a body that breaks off, the last bytes are missing.
func (u *uploads) add(t *testing.T, filename, kind, content string, status, missing int) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", filename)
	mustDo(t, err)
	_, err = io.WriteString(part, content)
	mustDo(t, err)
	mustDo(t, form.Close())
	id := uint64(len(u.exchanges) + 1)
	began := time.Unix(int64(id), 0).UTC()
	body := b.Bytes()[:b.Len()-missing]
	x := &runnertape.Exchange{
		ID: id, State: runnertape.Done, Way: runnertape.Reverse, Scheme: "http", Host: "gitlab.example", Started: began, Ended: began.Add(time.Second),
		Request: runnertape.Request{
			Method: "POST", Target: "/api/v4/jobs/7/artifacts?artifact_format=raw&artifact_type=" + kind, Proto: "HTTP/1.1",
			Header: runnertape.Header{{Name: "Host", Value: "gitlab.example"}, {Name: "Content-Type", Value: form.FormDataContentType()}},
			Body:   runnertape.Body{Framing: runnertape.Chunked, Bytes: int64(len(body)), Stored: int64(len(body)), Truncated: missing > 0},
		},
	}
	if status > 0 {
		x.Response = &runnertape.Response{Status: status, Proto: "HTTP/1.1", Header: runnertape.Header{}, Body: runnertape.Body{Framing: runnertape.NoBody}}
	} else {
		x.Failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "closed", Byte: int64(len(body))}
	}
	u.exchanges = append(u.exchanges, x)
	if u.bodies == nil {
		u.bodies = map[uint64][]byte{}
	}
	u.bodies[id] = body
}

// Of several attempts the last that was kept is saved, and what is saved in its place is said.
func TestArtifactOfSeveral(t *testing.T) {
	u := &uploads{}
	u.add(t, "a.json", "sast", "first", 503, 0)
	u.add(t, "a.json", "sast", "second", 201, 0)
	u.add(t, "a.json", "sast", "third", 400, 0)
	u.add(t, "b.json", "dast", "refused", 403, 0)
	u.add(t, "c.json", "terraform", "broken off", 0, 77)
	u.add(t, "d.json", "junit", "d", 201, 0)
	u.add(t, "e.json", "junit", "e", 201, 0)
	u.add(t, "dast", "sarif", "has the name of a type", 201, 0)
	path := filepath.Join(t.TempDir(), "uploads.txtar")
	f, err := os.Create(path)
	mustDo(t, err)
	mustDo(t, fixtures.Write(f, u))
	mustDo(t, f.Close())
	for _, tt := range []struct {
		name, force, stdout, says string
		code                      int
	}{
		{"a.json", "", "second", "a.json (sast), 6 bytes, sha256 16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4, is of exchange 2, the last of 3 that was kept", exitOK},
		{"sast", "", "second", "is of exchange 2", exitOK},
		{"b.json", "", "refused", "is of exchange 4, which GitLab answered 403", exitOK},
		{"c.json", "", "", "c.json broke off after 1 bytes, in exchange 5; --force writes those", exitFailed},
		{"c.json", "--force", "b", "is of exchange 5, where it broke off", exitOK},
		{"junit", "", "", "job 7 has more than one artifact of type junit: d.json (junit), e.json (junit); name one of these files", exitFailed},
		{"e.json", "", "e", "is of exchange 7", exitOK},
		{"dast", "", "has the name of a type", "dast (sarif)", exitOK},
		{"x", "", "", `job 7 has no artifact "x"; it has a.json (sast), b.json (dast), c.json (terraform), d.json (junit), e.json (junit), dast (sarif)`, exitFailed},
	} {
		t.Run(tt.name+tt.force, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			args := []string{"proxy", "dump", "--job", "7", "--artifact", tt.name, path}
			if tt.force != "" {
				args = append(args, tt.force)
			}
			p, stop := newProcess(args, &stdout, &stderr)
			code := p.run()
			stop()
			if code != tt.code || stdout.String() != tt.stdout || !strings.Contains(stderr.String(), tt.says) || strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("exit %d, %q, %s", code, stdout.String(), fmt.Sprint(stderr.String()))
			}
		})
	}
}
