package replay

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// multipartOf is an upload's body and content type.
func multipartOf(name, filename, content string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(name, filename)
	if err != nil {
		panic(err)
	}
	io.WriteString(part, content)
	w.Close()
	return b.String(), w.FormDataContentType()
}

func uploaded(query, filename, content string, status int) Take {
	body, contentType := multipartOf("file", filename, content)
	return Take{
		Method: "POST", URL: "/api/v4/jobs/42/artifacts?" + query, Header: []string{"Content-Type", contentType},
		Body: body, Status: status, Content: "201",
	}
}

func TestUploadArtifacts(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":42}`),
		uploaded("artifact_format=zip&artifact_type=archive", "art.zip", "recorded bytes", 503),
		uploaded("artifact_format=zip&artifact_type=archive", "art.zip", "recorded bytes", 201),
		uploaded("artifact_format=gzip&artifact_type=junit", "junit.xml.gz", "recorded", 201),
		put("42", `{"state":"success"}`, 200),
	), nil)
	send := func(query, filename, content string) said {
		body, contentType := multipartOf("file", filename, content)
		return r.ask("POST", "/api/v4/jobs/42/artifacts?"+query, body, "Content-Type", contentType)
	}
	send("", "art.zip", "early").want(t, 403)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	big := strings.Repeat("0123456789abcdef", 1<<16)
	if a := send("", "art.zip", big).want(t, 201); a.body != "201" {
		t.Errorf("body %q", a.body)
	}
	send("artifact_type=archive", "art.zip", big).want(t, 201) // again: the answer was lost
	send("artifact_format=raw&artifact_type=sast", "gl-sast.json", "{}").want(t, 201)
	body, contentType := multipartOf("wrong", "x", "y")
	r.ask("POST", "/api/v4/jobs/42/artifacts", body, "Content-Type", contentType).want(t, 400)
	r.ask("POST", "/api/v4/jobs/42/artifacts", "x", "Content-Type", "text/plain").want(t, 400)
	r.ask("POST", "/api/v4/jobs/42/artifacts", body[:len(body)-20], "Content-Type", contentType).want(t, 400)
	body, contentType = multipartOf("file", "x", "y")
	r.ask("POST", "/api/v4/jobs/9/artifacts", body, "Content-Type", contentType).want(t, 404)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	send("", "late.zip", "late").want(t, 403, "Job-Status", "success")

	j := r.Receipt().Jobs[0]
	sum := sha256.Sum256([]byte(big))
	want := Upload{Type: "archive", Format: "zip", Filename: "art.zip", Bytes: int64(len(big)), SHA256: hex.EncodeToString(sum[:])}
	if len(j.Uploads) != 2 || j.Uploads[0].Compared == nil || j.Uploads[0].Compared.Same() {
		t.Fatalf("uploads %+v", j.Uploads)
	}
	if j.Uploads[0].Compared = nil; j.Uploads[0] != want {
		t.Errorf("uploads %+v", j.Uploads)
	}
	if !slices.Equal(j.Differences, []string{
		`artifact junit gzip "junit.xml.gz": recorded, not uploaded`,
		`artifact sast raw "gl-sast.json": uploaded, not recorded`,
	}) {
		t.Errorf("differences %q", j.Differences)
	}
}

// What the upstream never took, it does not take again.
func TestUploadRefusedAgain(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":42}`),
		uploaded("artifact_format=zip&artifact_type=archive", "art.zip", "much", 413),
		uploaded("artifact_format=gzip&artifact_type=junit", "junit.xml.gz", "x", 400),
		uploaded("artifact_format=gzip&artifact_type=junit", "junit.xml.gz", "x", 201),
	), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	for query, status := range map[string]int{"artifact_format=zip&artifact_type=archive": 413, "artifact_format=gzip&artifact_type=junit": 201} {
		body, contentType := multipartOf("file", "any", "content")
		r.ask("POST", "/api/v4/jobs/42/artifacts?"+query, body, "Content-Type", contentType).want(t, status)
	}
}

// The answer waits for the last byte of the body, also where it is no surprise.
func TestUploadIsReadToItsEnd(t *testing.T) {
	r := start(t, job42(), nil)
	for name, job := range map[string]string{"unknown job": "9", "job not running": "42"} {
		body, contentType := multipartOf("file", "art.zip", "content")
		tail := strings.NewReader(strings.Repeat("epilogue", 1<<15))
		req := httptest.NewRequest("POST", "/api/v4/jobs/"+job+"/artifacts", io.MultiReader(strings.NewReader(body), tail))
		req.Header.Set("Content-Type", contentType)
		r.ServeHTTP(httptest.NewRecorder(), req)
		if tail.Len() > 0 {
			t.Errorf("%s: %d bytes were not read", name, tail.Len())
		}
	}
}

func TestUploadCutShort(t *testing.T) {
	r := start(t, job42(), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	body, contentType := multipartOf("file", "art.zip", "content")
	for cut := range len(body) - 4 {
		req := httptest.NewRequest("POST", "/api/v4/jobs/42/artifacts",
			io.MultiReader(strings.NewReader(body[:cut]), iotest.ErrReader(errors.New("connection reset"))))
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Job-Token", job42Token)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != 400 {
			t.Fatalf("cut at %d: status %d", cut, w.Code)
		}
	}
	if u := r.Receipt().Jobs[0].Uploads; len(u) > 0 {
		t.Errorf("taken: %+v", u)
	}
}
