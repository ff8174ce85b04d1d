package replay

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// files are names and contents by turns.
func zipOf(changed time.Time, files ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate, Modified: changed})
		if err != nil {
			panic(err)
		}
		w.Write([]byte(files[i+1]))
	}
	z.Close()
	return b.String()
}

func gzipOf(level int, content string) string {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, level)
	z.Name = "junit.xml"
	z.Write([]byte(content))
	z.Close()
	return b.String()
}

// tarZst is a tar in a zstd frame that is not compressed.
func tarZst(files ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1]))})
		w.Write([]byte(files[i+1]))
	}
	w.Close()
	n := b.Len() // RFC 8878: magic, a single segment whose size has four bytes, one last raw block
	head := []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}
	block := n<<3 | 1
	return string(head) + string([]byte{byte(block), byte(block >> 8), byte(block >> 16)}) + b.String()
}

// compared plays a job whose recorded upload is one thing, and whose upload now is another.
func compared(t *testing.T, edit func(*runnertape.Exchange), query, then, now string) JobReceipt {
	t.Helper()
	k := uploaded(query, "art.zip", then, 201)
	k.Edit = edit
	r := start(t, NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), k, put("42", `{"state":"success"}`, 200)), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	body, contentType := multipartOf("file", "art.zip", now)
	r.ask("POST", "/api/v4/jobs/42/artifacts?"+query, body, "Content-Type", contentType).want(t, 201)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	return r.Receipt().Jobs[0]
}

func TestCompareUploads(t *testing.T) {
	morning, evening := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	one := zipOf(morning, "a", "alpha", "b/", "", "b/c", "gamma")
	many := make([]string, 0, 6000)
	for n := range 3000 {
		many = append(many, fmt.Sprint("file", n), fmt.Sprint(n))
	}
	lots := zipOf(morning, many...)
	many[2*2999+1] = "other"
	const zipped, gzipped, tarred, raw = "artifact_type=archive", "artifact_type=junit&artifact_format=gzip", "artifact_type=archive&artifact_format=tarzstd", "artifact_type=sast&artifact_format=raw"
	for _, c := range []struct {
		name, query, then, now string
		want                   Comparison
	}{
		{"same", zipped, one, one, Comparison{Result: SameContent}},
		{"other times and order", zipped, one, zipOf(evening, "b/", "", "b/c", "gamma", "a", "alpha"), Comparison{Result: SameFiles}},
		{"other files", zipped, one, zipOf(morning, "a", "ALPHA", "b/", "", "d", "delta"), Comparison{Result: OtherFiles, Removed: 1, Added: 1, Changed: 1, Files: []string{"~a", "+d", "-b/c"}}},
		{"the last of many", zipped, lots, zipOf(morning, many...), Comparison{Result: OtherFiles, Changed: 1, Files: []string{"~file2999"}}},
		{"names twice", zipped, zipOf(morning, "a", "1", "a", "2"), zipOf(morning, "a", "1", "a", "3", "a", "4"), Comparison{Result: OtherFiles, Added: 1, Changed: 1, Files: []string{"~a", "+a"}}},
		{"no archive now", zipped, one, "nothing", Comparison{Result: Other, Reason: "the one of now: it does not begin like an archive"}},
		{"no archive then", zipped, "PK\x03\x04", one, Comparison{Result: Other, Reason: "the recorded one: it has no end record: it is cut off, or no zip"}},
		{"report packed otherwise", gzipped, gzipOf(1, strings.Repeat("<ok/>", 99)), gzipOf(9, strings.Repeat("<ok/>", 99)), Comparison{Result: SameFiles}},
		{"other report", gzipped, gzipOf(1, "<ok/>"), gzipOf(1, "<no/>"), Comparison{Result: OtherFiles, Changed: 1, Files: []string{"~junit.xml"}}},
		{"tar", tarred, tarZst("a", "1", "b", "2"), tarZst("b", "2", "a", "1"), Comparison{Result: SameFiles}},
		{"other tar", tarred, tarZst("a", "1", "b", "2"), tarZst("a", "1", "b", "3"), Comparison{Result: OtherFiles, Changed: 1, Files: []string{"~b"}}},
		{"raw", raw, "{}", "{ }", Comparison{Result: Other}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := compared(t, nil, c.query, c.then, c.now)
			c.want.Exchange, c.want.Bytes = 2, int64(len(c.then))
			if diff := cmp.Diff(&c.want, j.Uploads[0].Compared); diff != "" {
				t.Error(diff)
			}
			if words := j.artifactWords(); (words == "") != c.want.Same() || strings.Contains(words, "\n") {
				t.Errorf("summary %q", words)
			}
			if len(j.Differences) > 0 {
				t.Errorf("differences %q", j.Differences)
			}
		})
	}
}

// Of a form that was not kept its digest still tells whether it is the same.
func TestCompareDigests(t *testing.T) {
	dropped := func(digest bool) func(x *runnertape.Exchange) {
		return func(x *runnertape.Exchange) {
			x.Request.Body.Opaque, x.Request.Body.Stored = true, 0
			if !digest {
				x.Request.Body.SHA256 = runnertape.Digest{}
			}
		}
	}
	for _, c := range []struct {
		digest bool
		now    string
		want   Result
	}{{true, "content", SameContent}, {true, "other", Other}, {false, "content", Uncompared}} {
		got := compared(t, dropped(c.digest), "", "content", c.now).Uploads[0].Compared
		if got.Result != c.want || (got.Reason == "") != (c.want == SameContent) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// What cannot be compared, of a recording that cannot be read, says so, and the receipt does not wait for ever.
func TestCompareWithBroken(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(handOut(`{"id":42}`), uploaded("", "art.zip", "then", 201))
	r := start(t, tape, nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	tape.broken = true
	body, contentType := multipartOf("file", "art.zip", "now")
	r.ask("POST", "/api/v4/jobs/42/artifacts", body, "Content-Type", contentType).want(t, 201)
	u := r.Receipt().Jobs[0].Uploads[0]
	if u.Compared.Result != Uncompared || u.Compared.Reason != "broken tape" || u.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte("now"))) {
		t.Errorf("%+v", u.Compared)
	}
}
