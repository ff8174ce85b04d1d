package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http/httputil"
	"os"
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

func TestRedactionMode(t *testing.T) {
	rows := drive(t, "-redaction", "-seconds", "0.01", "-rounds", "1", "-only", "^(poll|patch-16KiB)/http/16/")
	if len(rows) != 2*3 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Kept <= 0 || r.Median.Rate <= 0 {
			t.Errorf("%s %s: %+v", r.Workload, r.Subject, r)
		}
	}
}

func TestListMode(t *testing.T) {
	var out, errors bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-json", "-list", "-exchanges", "300", "-rounds", "1", "-dir", t.TempDir()}, &out, &errors); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errors.String())
	}
	var lines, objects int64
	for d := json.NewDecoder(&out); d.More(); {
		var l listing
		if err := d.Decode(&l); err != nil || len(l.Rounds) != 1 || l.Rounds[0].Seconds <= 0 {
			t.Errorf("%+v: %v", l, err)
			continue
		}
		switch l.Name {
		case "proxy dump":
			lines = l.Rounds[0].Bytes
		case "proxy dump --json":
			objects = l.Rounds[0].Bytes
		}
	}
	if lines < 300*100 || objects < 10*lines {
		t.Errorf("lines of %d bytes, objects of %d", lines, objects)
	}
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
