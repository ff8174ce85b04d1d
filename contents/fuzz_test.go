package contents

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"testing"
	"time"

	"runnertape"
)

// Each target is seeded with what its tests read. `just fuzz` runs them.

// mustBeBounded holds what is true of any result: it is no larger than its bounds, and can be written as JSON.
func mustBeBounded(t *testing.T, value any, body []byte) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	// each byte of a body is in one text at most, which may be escaped as 6
	if most := 6*len(body) + 1000*(len(body)+10); len(text) > most {
		t.Fatalf("%d bytes of a body became %d", len(body), len(text))
	}
}

func FuzzForm(f *testing.F) {
	body, contentType, _ := form(f, "BB", []byte("first\r\n--B"), nil, []byte("third"))
	f.Add(contentType, body)
	f.Add(formType, []byte("hello\r\n--BB \r\nX: y\r\n\r\nx\r\n--BB--\r\nmore"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		form, err := ReadForm(from(body), contentType)
		must(t, err)
		var at int64
		for _, p := range form.Parts {
			if p.Offset < at || p.Bytes < 0 || p.Offset+p.Bytes > int64(len(body)) {
				t.Fatalf("%+v", form.Parts)
			}
			at = p.Offset + p.Bytes
			if p.SHA256 != runnertape.Digest(sha256.Sum256(body[p.Offset:at])) {
				t.Fatalf("digest of %+v", p)
			}
		}
		ends, err := FormEnds(from(body), int64(len(body)), contentType)
		must(t, err)
		for _, p := range ends.Parts {
			if p.Offset < 0 || p.Bytes < 0 || p.Offset+p.Bytes > int64(len(body)) {
				t.Fatalf("%+v", ends.Parts)
			}
			if len(form.Parts) == 1 && len(form.Faults)+len(ends.Faults) == 0 && (form.Parts[0].Offset != p.Offset || form.Parts[0].Bytes != p.Bytes) {
				t.Fatalf("%+v, by its ends %+v", form.Parts[0], p)
			}
		}
	})
}

// A form that Go writes is read as it was.
func FuzzFormOfGo(f *testing.F) {
	f.Add([]byte("a\r\n--BB"), []byte("\r\n--BB-x"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		body, contentType, want := form(t, "BB", a, b)
		if bytes.Count(body, []byte("\r\n--BB")) != 2 {
			return // the boundary is in a content
		}
		got, err := ReadForm(from(body), contentType)
		must(t, err)
		if len(got.Parts) != 2 || got.Parts[0] != want[0] || got.Parts[1] != want[1] || len(got.Faults) > 0 {
			t.Fatalf("%+v, want %+v", got, want)
		}
		r := multipart.NewReader(bytes.NewReader(body), "BB")
		for _, p := range got.Parts {
			goes, err := r.NextPart()
			must(t, err)
			content, err := io.ReadAll(goes)
			must(t, err)
			if !bytes.Equal(content, body[p.Offset:p.Offset+p.Bytes]) {
				t.Fatalf("%q, for Go %q", body[p.Offset:p.Offset+p.Bytes], content)
			}
		}
	})
}

func mustBeAnArchive(t *testing.T, a *Archive, body []byte) {
	t.Helper()
	mustBeBounded(t, a, body)
	if a.Count < int64(len(a.Entries)) || len(a.Entries) > MaxEntries || a.Unpacked < 0 || a.Complete && len(a.Faults) > 0 && a.Format == Zip {
		t.Fatalf("%+v", a)
	}
	for _, e := range a.Entries {
		if e.Bytes < 0 || e.Packed < 0 || len(e.Name) > maxText+len("…") {
			t.Fatalf("%+v", e)
		}
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipped(f, "a", "dir/", "dir/b"))
	f.Add(zipped(f))
	f.Add(append([]byte("stub"), zipped(f, "../a")...))
	f.Add(smallZip64(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ReadArchive(from(body), int64(len(body)), "zip")
		must(t, err)
		mustBeAnArchive(t, a, body)
		if a.Format == Zip {
			mustBeLikeGo(t, body)
		}
	})
}

func FuzzGzip(f *testing.F) {
	f.Add(members(f, time.Unix(1, 0), "a.xml", "<a/>", "", "", "b", "bb"))
	f.Add(append(members(f, time.Time{}, "a", "content"), "tail"...))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ReadArchive(from(body), int64(len(body)), "gzip")
		must(t, err)
		mustBeAnArchive(t, a, body)
		if a.Format != Gzip {
			return
		}
		var n int64
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			n, err = io.Copy(io.Discard, z)
		}
		if (err == nil) != a.Complete && !errors.Is(err, gzip.ErrHeader) || a.Complete && n != a.Unpacked {
			t.Fatalf("%+v, for Go %d bytes and %v", a, n, err)
		}
	})
}

func FuzzTarZst(f *testing.F) {
	f.Add(smallTar(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ReadArchive(from(body), int64(len(body)), "tarzstd")
		must(t, err)
		mustBeAnArchive(t, a, body)
	})
}

func FuzzGit(f *testing.F) {
	for name, body := range samples(f) {
		f.Add(body, name == "fetch-sha256-answer")
	}
	f.Fuzz(func(t *testing.T, body []byte, sha256 bool) {
		git, err := ReadGit(from(body), "", sha256)
		must(t, err)
		mustBeBounded(t, git, body)
		for _, names := range [][]string{git.Capabilities, git.Wants, git.Progress, git.Report, git.Faults} {
			if len(names) > MaxNames {
				t.Fatalf("%+v", git)
			}
			for _, name := range names {
				if len(name) > maxText+len("…") {
					t.Fatalf("%q", name)
				}
			}
		}
		if p := git.Pack; p != nil && (p.Bytes > int64(len(body)) || p.Agrees && p.Checksum == "") {
			t.Fatalf("%+v", p)
		}
		if int64(len(git.Refs)) > git.RefCount || int64(len(git.Updates)) > git.UpdateCount || git.RefCount+git.WantCount+git.HaveCount > int64(len(body)) {
			t.Fatalf("%+v", git)
		}
	})
}
