package redact

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// formBody is an upload with a text field of so many bytes before its file.
func formBody(field int, contentType, file string) string {
	before := ""
	if field > 0 {
		before = "--bound\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" + strings.Repeat("n", field) + "\r\n"
	}
	return before + "--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: " + contentType + "\r\n\r\n" + file + "\r\n--bound--\r\n"
}

func pktLine(s string) string { return fmt.Sprintf("%04x%s", len(s)+4, s) }

// packedBytes is like what is packed.
var packedBytes = strings.Repeat("\x9c\x01\x00\xfe glpat\xf0", 200)

var opaqueBodies = []struct {
	name, contentType, body string
	opaque                  bool
}{
	{"zip", "application/octet-stream", "PK\x03\x04" + packedBytes, true},
	{"zip without a type", "", "PK\x03\x04\x14", true},
	{"zip said to be text", "text/plain", "PK\x03\x04" + packedBytes, true},
	{"empty zip", "application/zip", "PK\x05\x06" + strings.Repeat("\x00", 18), true},
	{"gzip", "", "\x1f\x8b\x08\x00" + packedBytes, true},
	{"zstd", "", "\x28\xb5\x2f\xfd" + packedBytes, true},
	{"zstd after a skippable frame", "", "\x53\x2a\x4d\x18\x04\x00\x00\x00abcd", true},
	{"xz", "", "\xfd7zXZ\x00" + packedBytes, true},
	{"bzip2", "", "BZh91AY&SY" + packedBytes, true},
	{"tar", "", "name" + strings.Repeat("\x00", 253) + "ustar" + strings.Repeat("\x00", 300), true},
	{"middle of an archive", "application/octet-stream", packedBytes, true},
	{"text in the middle of an archive", "application/zip", strings.Repeat("text ", 200), true},
	{"image", "image/png", "\x89PNG\r\n\x1a\n", true},
	{"drawing", "image/svg+xml", "<svg/>", false},
	{"layer of an image", "application/vnd.oci.image.layer.v1.tar", strings.Repeat("text ", 200), true},
	{"type with such letters in it", "application/vnd.target-library", strings.Repeat("text ", 200), false},
	{"text", "application/octet-stream", strings.Repeat("KEY=value é\n", 100), false},
	{"short text", "", "ok", false},
	{"latin-1 said to be text", "text/plain", "caf\xe9", false},
	{"UTF-16", "", "k\x00e\x00y\x00", true},
	{"word that begins like an archive", "", "BZhello", false},
	{"json", "application/json", `{"a":1}`, false},
	{"zip said to be json", "application/json", "PK\x03\x04" + packedBytes, true},
	{"upload of a zip", "multipart/form-data; boundary=bound", formBody(0, "application/octet-stream", "PK\x03\x04"+packedBytes), true},
	{"upload of a zip after a field", "multipart/form-data; boundary=bound", formBody(2000, "application/octet-stream", "PK\x03\x04"+packedBytes), true},
	{"upload of a dotenv", "multipart/form-data; boundary=bound", formBody(0, "application/octet-stream", "A=b\n"), false},
	{"upload of an empty file", "multipart/form-data; boundary=bound", formBody(0, "application/octet-stream", ""), false},
	{"form without a file", "multipart/form-data; boundary=bound", "--bound\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--bound--\r\n", false},
	{"form that hides a zip behind a field", "multipart/form-data; boundary=bound", formBody(maxJudged, "text/plain", "PK\x03\x04"+packedBytes), true},
	{"form without its boundary", "multipart/form-data; boundary=other", formBody(0, "text/plain", "PK\x03\x04"+packedBytes), true},
	{"form that breaks off", "multipart/form-data; boundary=bound", formBody(0, "text/plain", "A=b\n")[:100], false},
	{"refs", "application/x-git-upload-pack-advertisement", "001e# service=git-upload-pack\n0000" + pktLine(strings.Repeat("a", 40)+" HEAD\x00multi_ack") + "0000", false},
	{"refs of protocol 2", "application/x-git-upload-pack-result", strings.Repeat(pktLine(strings.Repeat("0", 40)+" refs/heads/main\n"), 2000) + "0000", false},
	{"pack of protocol 2", "application/x-git-upload-pack-result", pktLine("packfile\n") + pktLine("\x02Enumerating") + pktLine("\x01PACK"+packedBytes) + "0000", true},
	{"pack of protocol 2 after a shallow section", "application/x-git-upload-pack-result", pktLine("shallow-info\n") + pktLine("shallow "+strings.Repeat("a", 40)+"\n") + "0001" + pktLine("packfile\n"), true},
	{"pack with a side-band", "application/x-git-upload-pack-result", pktLine("NAK\n") + pktLine("\x02Counting") + pktLine("\x01PACK"), true},
	{"pack without a side-band", "application/x-git-upload-pack-result", pktLine("NAK\n") + "PACK\x00\x00\x00\x02" + packedBytes, true},
	{"pack after more lines than are held", "application/x-git-upload-pack-result", strings.Repeat(pktLine("ACK "+strings.Repeat("a", 40)+" common\n"), 2000) + "PACK\x00\x00\x00\x02", true},
	{"round without a pack", "application/x-git-upload-pack-result", pktLine("acknowledgments\n") + pktLine("NAK\n") + "0000", false},
	{"line that breaks off", "application/x-git-upload-pack-result", pktLine("acknowledgments\n")[:9], false},
	{"what git wants", "application/x-git-upload-pack-request", pktLine("want "+strings.Repeat("a", 40)+"\n") + "0000", false},
	{"push", "application/x-git-receive-pack-request", pktLine(strings.Repeat("0", 40)+" "+strings.Repeat("a", 40)+" refs/heads/main\x00 report-status") + "0000PACK\x00\x00\x00\x02" + packedBytes, true},
	{"push of more refs than are held", "application/x-git-receive-pack-request", strings.Repeat(pktLine(strings.Repeat("0", 40)+" "+strings.Repeat("a", 40)+" refs/heads/main"), 1000) + "0000PACK\x00\x00\x00\x02", true},
	{"removal of a branch", "application/x-git-receive-pack-request", pktLine(strings.Repeat("a", 40)+" "+strings.Repeat("0", 40)+" refs/heads/main\x00 report-status") + "0000", false},
	{"answer to a push", "application/x-git-receive-pack-result", pktLine("\x01000eunpack ok\n0000") + "0000", false},
	{"nothing", "application/zip", "", false},
}

// What is opaque is seen however a body is cut, and only that leaves the recording.
func TestOpaque(t *testing.T) {
	for _, test := range opaqueBodies {
		t.Run(test.name, func(t *testing.T) {
			c := call{method: "GET", target: "/some/file", status: 200, response: []string{"Content-Type", test.contentType}, answer: []byte(test.body)}
			for seed := range uint64(4) {
				for _, mode := range []Opaque{"", OpaqueKeep, OpaqueHash, OpaqueDrop} {
					for _, r := range []*Redactor{New(testKey), nil} {
						next := newMemory()
						sink := NewSink(next, r, decode.NewDecoder(), nil)
						sink.SetOpaque(mode)
						drive(t, newRandom(seed), sink, 1, c)
						got := next.final[1].Response.Body
						if got.Opaque != test.opaque || got.Rewritten {
							t.Errorf("%q: %+v", mode, got)
						}
						want, sum := test.body, runnertape.Digest{}
						if test.opaque && (mode == OpaqueHash || mode == OpaqueDrop) {
							want = ""
						}
						if test.opaque && mode == OpaqueHash {
							sum = sha256.Sum256([]byte(test.body))
						}
						if kept := next.bodies[bodyKey(1, runnertape.ResponseSide)]; string(kept) != want || got.SHA256 != sum {
							t.Errorf("%q: %d bytes were kept, sha256 %s", mode, len(kept), got.SHA256)
						}
					}
				}
			}
		})
	}
}

// What a body that is not kept means is known all the same, and without its secrets.
func TestOpaqueDecoded(t *testing.T) {
	body := formBody(0, "application/zip", "PK\x03\x04"+packedBytes+token)
	body = strings.Replace(body, `filename="a"`, `filename="`+token+`.zip"`, 1)
	c := call{
		method: "POST", target: "/api/v4/jobs/7/artifacts?artifact_format=zip", status: 201,
		request: []string{"Content-Type", "multipart/form-data; boundary=bound"}, body: []byte(body),
	}
	r := knowing(testKey, []string{token})
	next := newMemory()
	sink := NewSink(next, r, decode.NewDecoder(), nil)
	sink.SetOpaque(OpaqueHash)
	drive(t, newRandom(1), sink, 1, c)
	if gist := next.final[1].Decoded.Gist; !strings.Contains(gist, r.StandIn(token)+".zip") {
		t.Errorf("gist is %s", gist)
	}
	if bytes.Contains(next.all.Bytes(), []byte(token)) {
		t.Error("the token was passed on")
	}
}

// The first bytes are all that is ever held, and the content coding says enough.
func TestOpaqueHeld(t *testing.T) {
	next := newMemory()
	sink := NewSink(next, New(testKey), decode.NewDecoder(), nil)
	x := &runnertape.Exchange{ID: 1, Request: runnertape.Request{Method: "POST", Target: "/x", Header: fields([]string{"Content-Type", "application/x-tar", "Content-Encoding", "gzip"})}}
	if err := sink.Put(x); err != nil {
		t.Fatal(err)
	}
	if err := sink.Write(1, runnertape.RequestSide, []byte("a")); err != nil {
		t.Fatal(err)
	}
	if got := sink.live[1].parts[0].verdict; got != opaque {
		t.Errorf("verdict %d", got)
	}
	y := &runnertape.Exchange{ID: 2, Request: runnertape.Request{Method: "POST", Target: "/x", Header: fields([]string{"Content-Type", "multipart/form-data; boundary=b"})}}
	if err := sink.Put(y); err != nil {
		t.Fatal(err)
	}
	for range maxJudged {
		if err := sink.Write(2, runnertape.RequestSide, []byte("-")); err != nil {
			t.Fatal(err)
		}
	}
	if p := &sink.live[2].parts[0]; p.verdict == unknown || len(p.content) > 0 {
		t.Errorf("verdict %d, %d bytes are held", p.verdict, len(p.content))
	}
}
