package contents

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

const formType = `multipart/form-data; boundary=BB`

// form is a multipart body of parts with the given contents, and what is to be found in it.
func form(t testing.TB, boundary string, all ...[]byte) (body []byte, contentType string, parts []Part) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	must(t, w.SetBoundary(boundary))
	for i, content := range all {
		p, err := w.CreateFormFile("file", fmt.Sprintf("%d \"a\".zip", i))
		must(t, err)
		parts = append(parts, Part{
			Name: "file", Filename: fmt.Sprintf("%d \"a\".zip", i), ContentType: "application/octet-stream",
			Offset: int64(b.Len()), Bytes: int64(len(content)), SHA256: runnertape.Digest(sha256.Sum256(content)),
		})
		_, err = p.Write(content)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes(), w.FormDataContentType(), parts
}

// Contents that are full of what may be taken for a boundary come out as they went in.
func TestForm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"\r\n", "--", "BB", "\r\n--", "\r\n--BB!", "\r", "\n", "x", strings.Repeat("y", windowBytes-7), "\r\n\r\n"}
	for round := range 60 {
		var all [][]byte
		for range random.IntN(4) + 1 {
			var content []byte
			for range random.IntN(12) {
				content = append(content, pieces[random.IntN(len(pieces))]...)
			}
			if strings.Contains("\r\n"+string(content)+"\r\n", "\r\n--BB\r") || strings.Contains("\r\n"+string(content), "\r\n--BB--") || strings.Contains("\r\n"+string(content)+"\r\n", "\r\n--BB\n") {
				continue // that is one
			}
			all = append(all, content)
		}
		if len(all) == 0 {
			continue
		}
		body, contentType, want := form(t, "BB", all...)
		got, err := ReadForm(from(body), contentType)
		must(t, err)
		if diff := cmp.Diff(want, got.Parts); diff != "" {
			t.Fatalf("round %d (-want +got):\n%s", round, diff)
		}
		mustSay(t, got.Faults, "")
		ends, err := FormEnds(from(body), int64(len(body)), contentType)
		must(t, err)
		if len(all) == 1 {
			want[0].SHA256 = runnertape.Digest{}
			if diff := cmp.Diff(want, ends.Parts); diff != "" {
				t.Fatalf("round %d, by its ends (-want +got):\n%s", round, diff)
			}
		}
		if round < 5 {
			dripped, err := ReadForm(dripping(body), contentType)
			must(t, err)
			if diff := cmp.Diff(got, dripped); diff != "" {
				t.Fatalf("byte by byte it is something else:\n%s", diff)
			}
		}
	}
}

// A body that breaks off anywhere has a part that is broken off, or none; what is before is as it was.
func TestFormBrokenOff(t *testing.T) {
	body, contentType, want := form(t, "BB", []byte("first\r\n-"), []byte("second"))
	for n := range len(body) - len("--\r\n") {
		for name, read := range map[string]func() (*Form, error){
			"whole": func() (*Form, error) { return ReadForm(from(body[:n]), contentType) },
			"ends":  func() (*Form, error) { return FormEnds(from(body[:n]), int64(n), contentType) },
		} {
			got, err := read()
			must(t, err)
			if len(got.Faults) == 0 {
				t.Fatalf("%s: cut at %d there is nothing wrong with %+v", name, n, got)
			}
			if parts := len(got.Parts); parts > 0 {
				if last := got.Parts[parts-1]; !last.BrokenOff || last.Offset+last.Bytes > int64(n) {
					t.Fatalf("%s: cut at %d it has %+v", name, n, last)
				}
				if parts == 2 && got.Parts[0] != want[0] {
					t.Fatalf("%s: cut at %d its first is %+v", name, n, got.Parts[0])
				}
			}
		}
	}
	for n := range body {
		if _, err := ReadForm(failing(body, int64(n)), contentType); !errors.Is(err, errDisk) {
			t.Fatalf("a disk that breaks at %d: %v", n, err)
		}
	}
}

func TestFormOddities(t *testing.T) {
	end := "\r\n--BB--\r\n"
	tests := []struct {
		name, contentType, body, says string
		parts                         int
	}{
		{"no form", "application/json", "{}", "is not multipart/form-data", 0},
		{"no content type", "", "", "is not multipart/form-data", 0},
		{"no boundary", "multipart/form-data", "", "names no boundary", 0},
		{"long boundary", "multipart/form-data; boundary=" + strings.Repeat("b", 2000), "", "the boundary has 2000 bytes", 0},
		{"another body", formType, "hello", "the boundary is not in it", 0},
		{"empty", formType, "", "the boundary is not in it", 0},
		{"no part", formType, "--BB--\r\n", "", 0},
		{"preamble", formType, "hello\r\n--BB\r\n\r\nx" + end, "5 bytes before the first part", 1},
		{"epilogue", formType, "--BB\r\n\r\nx" + end + "more", "4 bytes after the closing boundary", 1},
		{"blanks", formType, "--BB \t\r\n\r\nx" + end, "", 1},
		{"no head", formType, "--BB\r\n\r\n" + end, "", 1},
		{"head without end", formType, "--BB\r\nContent-Type: a", "the head of part 1 has no end", 1},
		{"wrong disposition", formType, "--BB\r\nContent-Disposition: ;;\r\n\r\nx" + end, "Content-Disposition", 1},
		{"long line", formType, "--BB\r\nX: " + strings.Repeat("x", 200<<10) + "\r\nContent-Disposition: form-data; name=file\r\n\r\nx" + end, "longer than 16384 bytes", 1},
		{"long head", formType, "--BB\r\n" + strings.Repeat("X: y\r\n", 50000) + "\r\nx" + end, "longer than 16384 bytes", 1},
		{"many parts", formType, strings.Repeat("--BB\r\n\r\nx\r\n", 1000) + "--BB--\r\n", "", MaxParts},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadForm(from([]byte(tt.body)), tt.contentType)
			must(t, err)
			mustSay(t, got.Faults, tt.says)
			if len(got.Parts) != tt.parts {
				t.Fatalf("%d parts: %+v", len(got.Parts), got.Parts)
			}
			if strings.HasSuffix(tt.body, end) && tt.parts == 1 {
				if p := got.Parts[0]; p.BrokenOff || tt.body[p.Offset:p.Offset+p.Bytes] != strings.TrimSuffix(tt.body[p.Offset:], end) {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}

// An upload of any size is read in the same memory.
func TestFormMemory(t *testing.T) {
	head := "--BB\r\nContent-Disposition: form-data; name=file\r\n\r\n"
	const size = 64 << 20
	open := func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader("\r\n--BB--\r\n"))), nil
	}
	var got *Form
	used := allocated(func() {
		var err error
		got, err = ReadForm(open, formType)
		must(t, err)
	})
	if got.Parts[0].Bytes != size || used > 512<<10 {
		t.Errorf("part of %d bytes in %d bytes of memory", got.Parts[0].Bytes, used)
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
