package main

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
)

// What docs/json.md describes in lists is what the types have, with what may be absent.
func TestListedFieldsAreDocumented(t *testing.T) {
	document, err := os.ReadFile("../../docs/json.md")
	mustDo(t, err)
	for heading, of := range map[string]reflect.Type{
		"What a body holds":                          reflect.TypeFor[jsonContents](),
		"`--json` of commands that make a recording": reflect.TypeFor[made](),
	} {
		compareFields(t, string(document), heading, of)
	}
}

func compareFields(t *testing.T, document, heading string, of reflect.Type) {
	t.Helper()
	_, section, _ := strings.Cut(document, "# "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n# ")
	var described []string
	for _, m := range regexp.MustCompile("`([a-z0-9_.\\[\\]]+)` \\(([a-z ]+)(, if)?\\)").FindAllStringSubmatch(section, -1) {
		described = append(described, m[1]+" "+m[2]+m[3])
	}
	slices.Sort(described)
	fields := fieldsOf("", of)
	slices.Sort(fields)
	if diff := cmp.Diff(fields, described); diff != "" {
		t.Errorf("%s: -code +docs/json.md:\n%s", heading, diff)
	}
}

// sparse is content of which only the pieces that are not zero are kept.
type sparse struct {
	size   int64
	pieces map[int64][]byte // by offset
	read   int64            // bytes that were asked for
}

func (s *sparse) Write(p []byte) (int, error) {
	if len(bytes.Trim(p, "\x00")) > 0 {
		s.pieces[s.size] = bytes.Clone(p)
	}
	s.size += int64(len(p))
	return len(p), nil
}

func (s *sparse) ReadAt(p []byte, offset int64) (int, error) {
	n := int(min(int64(len(p)), s.size-offset))
	clear(p)
	for at, piece := range s.pieces {
		if from := at - offset; from < int64(n) && from > -int64(len(piece)) {
			copy(p[max(0, from):n], piece[max(0, -from):])
		}
	}
	s.read += int64(n)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// BodyAt makes uploads a recording that seeks.
func (s *sparse) BodyAt(_ uint64, _ runnertape.Side, offset int64) (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(s, offset, max(0, s.size-offset))), nil
}

// Of a large upload only the ends are read, to list its files.
func TestContentsOfLargeUpload(t *testing.T) {
	body := &sparse{pieces: map[int64][]byte{}}
	form := multipart.NewWriter(body)
	part, err := form.CreateFormFile("file", "artifacts.zip")
	mustDo(t, err)
	z := zip.NewWriter(part)
	file, err := z.CreateHeader(&zip.FileHeader{Name: "disk.img", Method: zip.Store})
	mustDo(t, err)
	zeros := make([]byte, 1<<20)
	for range wholeBytes>>20 + 1 {
		_, err := file.Write(zeros)
		mustDo(t, err)
	}
	mustDo(t, z.Close())
	mustDo(t, form.Close())

	src := struct {
		*uploads
		*sparse
	}{&uploads{}, body}
	src.add(t, "", "archive", "", 201, 0)
	x := src.exchanges[0]
	x.Decoded = &runnertape.Decoded{Endpoint: string(decode.UploadArtifacts)}
	x.Request.Target = "/api/v4/jobs/7/artifacts?artifact_format=zip"
	x.Request.Header = runnertape.Header{{Name: "Content-Type", Value: form.FormDataContentType()}}
	x.Request.Body.Stored = body.size
	all, err := contentsOf(src, x)
	mustDo(t, err)
	a := all[0].Archive
	if !a.Complete || len(a.Entries) != 1 || a.Entries[0].Name != "disk.img" || a.Entries[0].Bytes != wholeBytes+1<<20 || all[0].Parts[0].Bytes != a.Bytes {
		t.Errorf("parts %+v, archive %+v", all[0].Parts, a)
	}
	if body.read > 1<<20 {
		t.Errorf("%d bytes were read of %d", body.read, body.size)
	}
}

// fieldsOf are the JSON names below a struct with their types.
func fieldsOf(prefix string, s reflect.Type) []string {
	var all []string
	for f := range s.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind, inner, below := kindOfField(f.Type)
		absent := ""
		if options != "" {
			absent = ", if"
		}
		all = append(all, prefix+name+" "+kind+absent)
		if inner != nil {
			all = append(all, fieldsOf(prefix+name+below, inner)...)
		}
	}
	return all
}

func kindOfField(t reflect.Type) (kind string, inner reflect.Type, below string) {
	switch {
	case t == reflect.TypeFor[runnertape.Side](), t == reflect.TypeFor[runnertape.Digest](), t.String() == "time.Time", t.Kind() == reflect.String:
		return "string", nil, ""
	case t.Kind() == reflect.Bool:
		return "boolean", nil, ""
	case t.Kind() == reflect.Pointer:
		return "object", t.Elem(), "."
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return "array of objects", t.Elem(), "[]."
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Int64:
		return "array of numbers", nil, ""
	case t.Kind() == reflect.Slice:
		return "array of strings", nil, ""
	}
	return "number", nil, ""
}

// A cache is looked into where it goes up and where it comes down.
func TestCacheContents(t *testing.T) {
	src, err := openRecording("../../fixtures/cache-17.9.0-forward.txtar")
	mustDo(t, err)
	defer src.Close()
	var got []string
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		if x.Decoded.Endpoint != string(decode.Cache) {
			continue
		}
		held, err := contentsOf(src, x)
		mustDo(t, err)
		said := x.Request.Method
		for _, c := range held {
			said += " " + c.Side.String() + " " + c.Archive.Format + " " + c.Archive.Entries[1].Name
		}
		got = append(got, said)
	}
	want := []string{"GET", "PUT request zip vendor/library.txt", "GET response zip vendor/library.txt"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
