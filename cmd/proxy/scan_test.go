package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/redact"
	"runnertape/store"
)

// What docs/scan.md describes of --json is what its type has, with what may be absent.
func TestLeaksAreDocumented(t *testing.T) {
	document, err := os.ReadFile("../../docs/scan.md")
	mustDo(t, err)
	_, section, _ := strings.Cut(string(document), "## `--json`\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var described []string
	for _, m := range regexp.MustCompile("`([a-z0-9_.\\[\\]]+)` \\(([a-z ]+)(, if)?\\)").FindAllStringSubmatch(section, -1) {
		described = append(described, m[1]+" "+m[2]+m[3])
	}
	slices.Sort(described)
	fields := fieldsOf("", reflect.TypeFor[leak]())
	slices.Sort(fields)
	if diff := cmp.Diff(fields, described); diff != "" {
		t.Errorf("-code +docs/scan.md:\n%s", diff)
	}
}

// A token that is in no exchange any more is found in the pages where it was, until the file is made anew.
func TestScanUnusedBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{Redacted: true, Key: redact.NewKey()})
	mustDo(t, err)
	for _, target := range []string{"/x?token=glpat-Ab12Cd34Ef56Gh78Ij90", "/x"} {
		x := &runnertape.Exchange{ID: 1, State: runnertape.InFlight, Started: time.Unix(1e9, 0).UTC(), Request: runnertape.Request{Method: "GET", Target: target}}
		mustDo(t, w.Put(x))
		mustDo(t, w.Commit())
	}
	mustDo(t, w.Close())
	var out bytes.Buffer
	p, stop := newProcess(nil, &out, io.Discard)
	defer stop()
	found, err := p.scanFile(path, &scanSettings{})
	mustDo(t, err)
	if want := path + ": unused bytes of the file; proxy compact makes it anew: GitLab personal access token glpat-Ab12… (26 characters)\n"; !found || out.String() != want {
		t.Errorf("found %v:\n%swant\n%s", found, out.String(), want)
	}
	mustDo(t, p.compact(path, path, false))
	found, err = p.scanFile(path, &scanSettings{})
	mustDo(t, err)
	if found {
		t.Errorf("found in a compacted one:\n%s", out.String())
	}
}

// Leaks of a large body are at their lines, wherever the pieces end in which it is read.
func TestLinesOfLeaks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{Redacted: true, Key: redact.NewKey()})
	mustDo(t, err)
	x := &runnertape.Exchange{ID: 1, State: runnertape.Done, Started: time.Unix(1e9, 0).UTC(), Request: runnertape.Request{Method: "PATCH", Target: "/api/v4/jobs/7/trace"}}
	var log strings.Builder
	for range 20000 {
		log.WriteString("a line of the log\n")
	}
	log.WriteString("it is glpat-Ab12Cd34Ef56Gh78Ij90\n")
	mustDo(t, w.Write(1, runnertape.RequestSide, []byte(log.String())))
	mustDo(t, w.Put(x))
	mustDo(t, w.Close())
	var out bytes.Buffer
	p, stop := newProcess(nil, &out, io.Discard)
	defer stop()
	_, err = p.scanFile(path, &scanSettings{})
	mustDo(t, err)
	if want := "exchange 1 patch_trace request body, byte 360006 (line 20001): GitLab personal access token"; !strings.Contains(out.String(), want) {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}

// A token that begins in one piece of a log and ends in the next is found.
func TestScanSeams(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{Redacted: true, Key: redact.NewKey()})
	mustDo(t, err)
	at := 0
	for id, piece := range []string{"the token is glp", "at-Ab12Cd34Ef56Gh78Ij90, as it", " is"} {
		x := &runnertape.Exchange{ID: uint64(id + 1), State: runnertape.Done, Started: time.Unix(1e9, 0).UTC(), Request: runnertape.Request{Method: "PATCH", Target: "/api/v4/jobs/7/trace"}}
		x.Request.Header = headerOf([]string{"Content-Range", fmt.Sprintf("%d-%d", at, at+len(piece)-1)})
		at += len(piece)
		mustDo(t, w.Write(x.ID, runnertape.RequestSide, []byte(piece)))
		mustDo(t, w.Put(x))
	}
	mustDo(t, w.Close())
	var out bytes.Buffer
	p, stop := newProcess(nil, &out, io.Discard)
	defer stop()
	_, err = p.scanFile(path, &scanSettings{})
	mustDo(t, err)
	if want := path + ": exchange 1 patch_trace request body, going on in exchange 2, byte 13: GitLab personal access token glpat-Ab12… (26 characters)\n"; out.String() != want {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}
