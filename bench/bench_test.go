package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The test binary plays the roles too.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(playRole(role))
	}
	os.Exit(m.Run())
}

// drive runs the driver as the command does.
func drive(t *testing.T, args ...string) (rows []*row) {
	t.Helper()
	var out, errors bytes.Buffer
	args = append([]string{"-quick", "-json", "-dir", t.TempDir()}, args...)
	if code := run(t.Context(), args, &out, &errors); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errors.String())
	}
	for d := json.NewDecoder(&out); d.More(); {
		r := new(row)
		if err := d.Decode(r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// One workload of each kind, over each kind of connection, through each subject.
func TestDriver(t *testing.T) {
	rows := drive(t, "-seconds", "0.01", "-rounds", "1", "-size", "1",
		"-only", "^(poll/http/16|patch-16KiB/https/1|poll/https-new/16|upload-1MiB/http/1|download-1MiB/https/1|hold/http/100)/[^m]")
	if len(rows) != 6*5 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		name := r.Workload + "/" + r.Subject
		switch {
		case strings.HasPrefix(r.Workload, "hold"):
			if r.Held == nil || r.Held.Noticed != 100 {
				t.Errorf("%s: %+v", name, r.Held)
			}
		case len(r.Rounds) != 1 || r.Median.Rate <= 0 || r.Median.P99 < r.Median.P50 || r.Median.P50 <= 0:
			t.Errorf("%s: %+v", name, r)
		}
		if kept := r.Kept > 0; kept != (r.Subject == nameOurs) {
			t.Errorf("%s keeps %v bytes an exchange", name, r.Kept)
		}
	}
}

func TestMemoryMode(t *testing.T) {
	rows := drive(t, "-memory", "-size", "1", "-exchanges", "200")
	if len(rows) != 5 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Kept <= 0 || r.Median.Rate <= 0 {
			t.Errorf("%s: %+v", r.Workload, r)
		}
	}
}

// TestWrongBytes proves that the verification can fail.
func TestWrongBytes(t *testing.T) {
	b := &bench{dir: t.TempDir(), rounds: 1, seconds: 0.01, only: regexp.MustCompile(""), say: t.Logf}
	b.subjects = []subject{{"flipping", startFlipping}}
	if err := b.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer b.close()
	for _, w := range []workload{
		{name: "up", kind: patches, size: 1 << 10, conns: 1},
		{name: "down", kind: downloads, size: 1 << 10, conns: 1, count: 1},
	} {
		rows, err := b.run(t.Context(), &w)
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if r := rows[0]; !strings.Contains(r.Wrong, errDigest.Error()) || len(r.Rounds) > 0 {
			t.Errorf("%s: %+v", w.name, r)
		}
	}
}

// startFlipping changes what looks like a body, both ways.
func startFlipping(_ context.Context, s *site) (*standing, error) {
	ln, err := listen()
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go flip(c, s.upstream())
		}
	}()
	return &standing{address: ln.Addr().String(), way: straight, stop: ln.Close}, nil
}

func flip(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go io.Copy(flipper{server}, client)
	io.Copy(flipper{client}, server)
}

// flipper changes the last byte of what is written at once, if it is a kibibyte or more: a body's.
type flipper struct{ io.Writer }

func (f flipper) Write(p []byte) (int, error) {
	if changed := bytes.Clone(p); len(p) >= 1<<10 {
		changed[len(p)-1] ^= 1
		p = changed
	}
	return f.Writer.Write(p)
}

// What is sent in chunks is what its digest says.
func TestNoise(t *testing.T) {
	for _, size := range []int64{0, 1, noisePiece, noiseBlock + noisePiece + 1} {
		var plain, framed bytes.Buffer
		sum := sha256.New()
		newNoise(size, false).writeTo(&plain, nil)
		newNoise(size, true).writeTo(&framed, sum)
		framed.WriteString("0\r\n\r\n")
		unframed, err := io.ReadAll(httputil.NewChunkedReader(&framed))
		if err != nil || int64(len(unframed)) != size || !bytes.Equal(unframed, plain.Bytes()) {
			t.Errorf("%d bytes became %d: %v", size, len(unframed), err)
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != downloadDigest(size) {
			t.Errorf("%d bytes: digest %s", size, got)
		}
	}
}

func TestVerdict(t *testing.T) {
	rows := func(ours float64) figures {
		return figures{
			{Workload: "poll/http/16", Subject: nameOurs, Kept: 401, Rounds: []measured{{Rate: ours}}},
			{Workload: "poll/http/16", Subject: nameGoproxy, Rounds: []measured{{Rate: 100}}},
		}
	}
	for ours, want := range map[float64]string{91: "reached 0.91", 89: "not reached 0.89"} {
		lines := strings.Split(verdict(rows(ours), sizes{body: 1 << 20, conns: 100}), "\n")
		for prefix, want := range map[string]string{
			"| poll/http/16: requests/s":     want,
			"| poll/http/16: bytes":          "not reached 401.00",
			"| poll/https/16: requests/s":    "not measured ",
			"| upload-1MiB/https/1: MiB/s, ": "not measured ",
		} {
			if got := verdictOf(lines, prefix); got != want {
				t.Errorf("%s: %q, want %q", prefix, got, want)
			}
		}
	}
}

// verdictOf is the word and the figure of the line that begins so.
func verdictOf(lines []string, prefix string) string {
	for _, line := range lines {
		if cells := strings.Split(line, "|"); strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(cells[2]) + " " + strings.TrimSpace(cells[4])
		}
	}
	return ""
}

func TestReplaceSection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.md")
	begin, end := sectionMarks("s")
	for _, old := range []string{"", "old\n"} {
		if err := os.WriteFile(path, []byte("# a\n"+begin+"\n"+old+end+"\nz\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := replaceSection(path, "s", "new"); err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(path)
		if want := "# a\n" + begin + "\n\nnew\n\n" + end + "\nz\n"; string(got) != want {
			t.Errorf("%q", got)
		}
	}
	if err := replaceSection(path, "other", "new"); err == nil {
		t.Error("a section that is not there was replaced")
	}
}
