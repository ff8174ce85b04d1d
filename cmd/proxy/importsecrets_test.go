package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// foreignSecrets are what must not be in a recording that was made of a file of others.
const (
	secretPassword = "xhunterPWD1qwertz987"
	secretSession  = "5f1c0e9ad3b74c2f8e6d7a9b0c1d2e3f"
	secretCookie   = "9e8d7c6b5a49382716a5b4c3d2e1f00d"
	secretRunner   = "glrt-t1_Abcdefghijklmnop123"
	secretJob      = "glcbt-64_QwertzuiopAsdfghjk99"
	secretPersonal = "glpat-YxcvbnmAsdfghjklQwer1"
	secretProxy    = "dXNlcjp4aHVudGVyUFdEOXF3ZXJ0eg=="
	secretMasked   = "maskedVALUE4711maskedVALUE"
)

var foreignSecrets = []string{secretPassword, secretSession, secretCookie, secretRunner, secretJob, secretPersonal, secretProxy, secretMasked}

// spoken is one exchange with secrets, as it is on the wire.
type spoken struct{ host, request, response string }

func spokenSecrets() []spoken {
	message := func(head, body string) string {
		return fmt.Sprintf("%s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)
	}
	payload := fmt.Sprintf(`{"id":7,"token":%q,"git_info":{"repo_url":"http://gitlab-ci-token:%s@gitlab.test/g/p.git"},"variables":[{"key":"V","value":%q,"masked":true}]}`, secretJob, secretJob, secretMasked)
	return []spoken{
		{
			"gitlab.test", message("POST /api/v4/jobs/request HTTP/1.1\r\nHost: gitlab.test\r\nContent-Type: application/json", fmt.Sprintf(`{"token":%q}`, secretRunner)),
			message("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nSet-Cookie: _gitlab_session="+secretSession+"\r\nSet-Cookie: other="+secretCookie, payload),
		},
		{
			"gitlab.test", message("PATCH /api/v4/jobs/7/trace HTTP/1.1\r\nHost: gitlab.test\r\nJOB-TOKEN: "+secretJob+"\r\nContent-Range: 0-25", secretMasked),
			message("HTTP/1.1 202 Accepted\r\nRange: 0-26", ""),
		},
		{
			"gitlab.test", message("GET /api/v4/user?private_token="+secretPersonal+" HTTP/1.1\r\nHost: gitlab.test\r\nCookie: _gitlab_session="+secretSession+"\r\nPRIVATE-TOKEN: "+secretPersonal, ""),
			message("HTTP/1.1 200 OK", "{}"),
		},
		{
			"gitlab.test", message("POST /oauth/token HTTP/1.1\r\nHost: gitlab.test\r\nContent-Type: application/x-www-form-urlencoded", "grant_type=password&username=me&password="+secretPassword),
			message("HTTP/1.1 200 OK\r\nContent-Type: application/json", fmt.Sprintf(`{"access_token":%q}`, secretPersonal)),
		},
		{
			"other.test", message("GET http://me:"+secretPassword+"@other.test/ HTTP/1.1\r\nHost: other.test\r\nProxy-Authorization: Basic "+secretProxy, ""),
			message("HTTP/1.1 200 OK", ""),
		},
	}
}

// asCapture is a pcap of IPv4 packets without a link layer, one segment to a message.
func asCapture(all []spoken) []byte {
	le := binary.LittleEndian
	var b bytes.Buffer
	for _, v := range []any{uint32(0xa1b2c3d4), uint16(2), uint16(4), uint32(0), uint32(0), uint32(1 << 18), uint32(101)} {
		binary.Write(&b, le, v)
	}
	second := uint32(1_800_000_000)
	packet := func(client bool, flags byte, seq, ack uint32, payload string) {
		p := make([]byte, 40, 40+len(payload))
		p[0], p[8], p[9] = 0x45, 64, 6
		binary.BigEndian.PutUint16(p[2:], uint16(40+len(payload)))
		src, dst, from, to := byte(1), byte(2), uint16(40000), uint16(80)
		if !client {
			src, dst, from, to = dst, src, to, from
		}
		copy(p[12:], []byte{10, 0, 0, src, 10, 0, 0, dst})
		binary.BigEndian.PutUint16(p[20:], from)
		binary.BigEndian.PutUint16(p[22:], to)
		binary.BigEndian.PutUint32(p[24:], seq)
		binary.BigEndian.PutUint32(p[28:], ack)
		p[32], p[33], p[34] = 5<<4, flags, 0xff
		p = append(p, payload...)
		second++
		for _, v := range []uint32{second, 0, uint32(len(p)), uint32(len(p))} {
			binary.Write(&b, le, v)
		}
		b.Write(p)
	}
	const syn, ack = 0x02, 0x10
	sent, got := uint32(1), uint32(1)
	packet(true, syn, 0, 0, "")
	packet(false, syn|ack, 0, 1, "")
	for _, x := range all {
		packet(true, ack, sent, got, x.request)
		sent += uint32(len(x.request))
		packet(false, ack, got, sent, x.response)
		got += uint32(len(x.response))
	}
	return b.Bytes()
}

// asHAR is the same as a browser would have seen it: with fields of one name in one, with passwords in URLs.
func asHAR(all []spoken) []byte {
	type pair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	read := func(message string) (first []string, fields []pair, body string) {
		head, body, _ := strings.Cut(message, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		at := map[string]int{}
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			if i, known := at[name]; known {
				fields[i].Value += "\n" + value
				continue
			}
			at[name] = len(fields)
			fields = append(fields, pair{name, value})
		}
		return strings.Fields(lines[0]), fields, body
	}
	var entries []any
	for i, x := range all {
		request, asked, sent := read(x.request)
		_, answered, got := read(x.response)
		url := request[1]
		if strings.HasPrefix(url, "/") {
			url = "http://me:" + secretPassword + "@" + x.host + url
		}
		entries = append(entries, map[string]any{
			"startedDateTime": time.Unix(1_800_000_000+int64(i), 0).UTC().Format(time.RFC3339), "time": 1, "timings": map[string]any{},
			"request":  map[string]any{"method": request[0], "url": url, "httpVersion": "HTTP/1.1", "headers": asked, "postData": map[string]any{"text": sent}},
			"response": map[string]any{"status": 201 - i%2, "headers": answered, "content": map[string]any{"text": got, "size": len(got)}},
		})
	}
	entries = append(entries, map[string]any{
		"startedDateTime": "2027-01-15T08:00:00Z", "request": map[string]any{"method": "GET", "url": "git://me:" + secretPassword + "@gitlab.test/?private_token=" + secretPersonal},
	})
	text, _ := json.Marshal(map[string]any{"log": map[string]any{"entries": entries}}) // nothing in it can fail
	return text
}

// Of what others have captured no secret comes into the recording, nor is one told.
func TestImportKeepsNoSecrets(t *testing.T) {
	for name, content := range map[string][]byte{"capture.pcap": asCapture(spokenSecrets()), "browser.har": asHAR(spokenSecrets())} {
		t.Run(name, func(t *testing.T) {
			from, to := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), "imported.db")
			mustDo(t, os.WriteFile(from, content, 0o600))
			p, stop, said := testProcess(t)
			defer stop()
			p.args = []string{"proxy", "import", from, to}
			if code := p.run(); code != exitOK || !strings.Contains(said.String(), "imported 5 exchanges, 1 job handed out") {
				t.Fatalf("exit code %d\n%s", code, said)
			}
			src, err := openRecording(to)
			mustDo(t, err)
			defer src.Close()
			var plain bytes.Buffer
			mustDo(t, writePlain(&plain, src))
			fmt.Fprintln(&plain, src.Header().Upstream)
			for _, secret := range foreignSecrets {
				if bytes.Contains(plain.Bytes(), []byte(secret)) {
					t.Errorf("%s is in the recording\n%s", secret, plain.Bytes())
				}
				if strings.Contains(said.String(), secret) {
					t.Errorf("%s is told\n%s", secret, said)
				}
			}
		})
	}
}

// A file that is being read when the process is to end is read no further, also if no exchange is in it.
func TestImportStops(t *testing.T) {
	all := spokenSecrets()
	for name, content := range map[string][]byte{"capture.pcap": asCapture(all), "silent.pcap": asCapture([]spoken{{request: "\x01\x02\x03"}}), "browser.har": asHAR(all)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			mustDo(t, os.WriteFile(path, content, 0o600))
			f, err := os.Open(path)
			mustDo(t, err)
			defer f.Close()
			done, stop := context.WithCancel(t.Context())
			source, err := openImport(&stoppableFile{f, done})
			mustDo(t, err)
			stop()
			if _, err := guessUpstream(source); !errors.Is(err, errInterrupted) {
				t.Errorf("it read on: %v", err)
			}
		})
	}
}
