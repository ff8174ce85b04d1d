package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// checkRecordings runs `proxy check` on every recording the script left. One whose name begins
// with bad is one the script has damaged, and must be found out. It returns those in which
// no secret may be.
func (s *scriptStage) checkRecordings(t testing.TB) (clean []string) {
	err := filepath.WalkDir(s.workDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !isRecording(t, path) {
			return err
		}
		name := d.Name()
		if name == "recording.txtar" && filepath.Dir(path) != s.workDir { // the text of a folder
			name = filepath.Base(filepath.Dir(path))
		}
		whole, said := proxyCheck(t, path)
		if bad := strings.HasPrefix(name, "bad"); bad == whole {
			t.Errorf("%s: whole %v\n%s", name, whole, said)
		}
		if !strings.HasPrefix(name, "kept") && !strings.HasPrefix(name, "bad") {
			clean = append(clean, path)
			if found, said := proxyScan(t, path); found {
				t.Errorf("%s: a scan finds\n%s", name, said)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return clean
}

// isRecording tells whether the file at path is, or is meant to be, a recording.
func isRecording(t testing.TB, path string) bool {
	t.Helper()
	if filepath.Ext(path) == ".db" || filepath.Ext(path) == ".txtar" {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		t.Error(err)
		return false
	}
	defer f.Close()
	head := make([]byte, 20)
	n, _ := f.Read(head)
	return bytes.HasPrefix(head, []byte("runnertape text")) ||
		n == len(head) && bytes.Equal(head[16:], []byte{0xed, 0xda, 0x0c, 0xed}) // bbolt's magic, in its first meta page
}

// proxyScan is `proxy scan` of the recording at path.
func proxyScan(t testing.TB, path string) (found bool, said string) {
	t.Helper()
	var out bytes.Buffer
	p, stop := newProcess(nil, &out, &out)
	defer stop()
	found, err := p.scanFile(path, &scanSettings{show: true})
	if err != nil {
		t.Error(err)
	}
	return found, out.String()
}

// proxyCheck is `proxy check` of the recording at path.
func proxyCheck(t testing.TB, path string) (whole bool, said string) {
	t.Helper()
	program, err := exec.LookPath("proxy")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "check", path)
	c.Env = cleanEnv(filepath.Dir(path), "GORACE=atexit_sleep_ms=0", "GOCOVERDIR="+os.Getenv("GOCOVERDIR"))
	out, err := c.CombinedOutput()
	if code := c.ProcessState.ExitCode(); code != exitOK && code != exitFailed || ugly.Match(out) {
		t.Errorf("proxy check %s: %v\n%s", filepath.Base(path), err, out)
	}
	return err == nil, string(out)
}
