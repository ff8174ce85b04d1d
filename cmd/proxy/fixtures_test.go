package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runnertape/decode"
)

// Every recording of the catalogue reads: it is of the runner and the way that its name says, its exchanges are known, its
// jobs and logs are whole, and it has what its shape says.
func TestFixtures(t *testing.T) {
	for _, k := range catalogue(t) {
		t.Run(filepath.Base(k.path), func(t *testing.T) {
			t.Parallel()
			src, err := openRecording(k.path)
			mustDo(t, err)
			defer src.Close()
			all := rebuild(t, src)
			k.check(t, src, all)
			k.named(t, src, all)
			mustBeKnown(t, src, all)
		})
	}
}

// named wants the recording to be what its name says.
func (k kept) named(t *testing.T, src recording, all *rebuilt) {
	t.Helper()
	for _, x := range all.exchanges {
		if string(x.Way) != k.way {
			t.Errorf("exchange %d came by %s", x.ID, x.Way)
		}
	}
	for _, r := range all.runners {
		if !slices.Equal(r.Versions, []string{k.version}) {
			t.Errorf("runner %s has versions %q", r.Name(), r.Versions)
		}
	}
	if !src.Header().Redacted {
		t.Error("its secrets were kept")
	}
}

// mustBeKnown wants to know what each exchange is, and each log to be whole.
func mustBeKnown(t *testing.T, src recording, all *rebuilt) {
	t.Helper()
	for _, x := range all.exchanges {
		if x.Decoded.Endpoint == string(decode.Unknown) {
			t.Errorf("exchange %d %s %s is unknown", x.ID, x.Request.Method, x.Request.Target)
		}
	}
	for _, j := range all.jobs {
		wholeLog(t, src, all, j)
	}
}

// wholeLog wants the log of a job to be whole, and what the runner says of it to be true.
func wholeLog(t *testing.T, src recording, all *rebuilt, j *decode.Job) {
	t.Helper()
	log := all.logs[j.ID]
	if !strings.Contains(string(log), "Running with gitlab-runner") || len(j.TraceGaps()) > 0 {
		t.Errorf("job %d: log of %d bytes, gaps %v", j.ID, len(log), j.TraceGaps())
	}
	seen := readLog(t, src, j)
	if seen.Bytes != int64(len(log)) || len(seen.Sections) < 2 || seen.Sections[0].Ended.IsZero() {
		t.Errorf("job %d: %+v", j.ID, seen)
	}
	claims := slices.Contains(j.Features, "trace_checksum") // since 13.4
	if (seen.Claim != nil) != claims || seen.Verdict == decode.Differs && j.CanceledBy == nil {
		t.Errorf("job %d: the runner's claim %s: %s", j.ID, seen.Verdict, seen.Reason)
	}
	for _, u := range j.Updates { // a canceled job's last patches were refused
		if u.Final() && u.Status == 200 && u.Bytesize != int64(len(log)) && slices.Contains(j.Features, "trace_size") {
			t.Errorf("job %d: log of %d bytes, the runner said %d", j.ID, len(log), u.Bytesize)
		}
	}
}
