package har

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"runnertape"
)

// What was written is read back, but for what doc.go lists.
func TestRoundTrip(t *testing.T) {
	tape := variety()
	text := written(t, tape, 1<<20)
	f, err := Open(bytes.NewReader(text), int64(len(text)))
	if err != nil || f.Creator != (Creator{"runnertape", "1"}) {
		t.Fatalf("%+v, %v", f, err)
	}
	i := 0
	for x, err := range f.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		want := *tape.exchanges[i]
		i++
		request, response := tape.bodies[fmt.Sprint(want.ID, runnertape.RequestSide)], tape.bodies[fmt.Sprint(want.ID, runnertape.ResponseSide)]
		want.Decoded = nil
		switch want.Request.Path() {
		case "/up": // unpacked
			response = []byte(strings.Repeat("log line\n", 100))
			want.Response.Header = h("Content-Type", "text/plain", "Content-Length", "900")
			want.Response.Body.Declared, want.Response.Body.Bytes = 900, 900
		case "/to":
			want.Response.Body.Framing = runnertape.Length
		case "/poll": // in flight
			want.State, want.Ended = runnertape.Done, want.Started
			want.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "no response was recorded"}
		}
		ignore := cmp.Options{cmpopts.IgnoreFields(runnertape.Exchange{}, "ID"), cmpopts.IgnoreFields(runnertape.Body{}, "Stored"), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(&want, x.Exchange, ignore); diff != "" {
			t.Errorf("exchange %d: want -, got +\n%s", i, diff)
		}
		if !bytes.Equal(request, x.RequestBody) || !bytes.Equal(response, x.ResponseBody) {
			t.Errorf("exchange %d: %q, %q", i, x.RequestBody, x.ResponseBody)
		}
	}
	if i != len(tape.exchanges) {
		t.Errorf("%d exchanges", i)
	}
}

// What was cut is marked.
func TestReadCut(t *testing.T) {
	text := written(t, variety(), 2)
	f, err := Open(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	truncated := ""
	for x, err := range f.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		truncated += fmt.Sprint(x.Request.Body.Truncated, x.Response != nil && x.Response.Body.Truncated, x.Failure != nil, "; ")
	}
	if want := "true true true; true true true; false false false; false false true; false true true; false true true; false false true; false false true; "; truncated != want {
		t.Errorf("%s", truncated)
	}
}

// Each file of testdata/read is a HAR as somebody writes it, and what is read in it. Adding a case is adding a file.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := told(a.Files[0].Data)
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// told is a HAR in words.
func told(text []byte) string {
	f, err := Open(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "by %s %s\n", f.Creator.Name, f.Creator.Version)
	for x, err := range f.Exchanges() {
		if err != nil {
			fmt.Fprintf(&b, "error: %v\n", err)
			continue
		}
		fmt.Fprintf(&b, "%s %s %s %s", x.Started.Format(time.RFC3339Nano), x.Request.Method, x.URL(), x.Request.Proto)
		if !x.Replied.IsZero() {
			fmt.Fprintf(&b, ", replied after %s", x.Replied.Sub(x.Started))
		}
		fmt.Fprintf(&b, ", ended after %s\n\trequest %v %s %q\n", x.Duration(), x.Request.Header, x.Request.Body.Framing, x.RequestBody)
		if r := x.Response; r != nil {
			fmt.Fprintf(&b, "\t%d %s %s %v %s %q\n", r.Status, r.Reason, r.Proto, r.Header, r.Body.Framing, x.ResponseBody)
		}
		if x.Failure != nil {
			fmt.Fprintf(&b, "\tfailure of %s at byte %d: %s\n", x.Failure.Side, x.Failure.Byte, x.Failure.Text)
		}
	}
	return b.String()
}

// No entry is read that would need more memory than is allowed.
func TestTooLarge(t *testing.T) {
	endless := &pattern{head: `{"log":{"entries":[{"startedDateTime":"`, size: 1 << 20}
	if _, err := open(endless, endless.size, 1<<18); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

// pattern is a long file: head, and then nothing but x.
type pattern struct {
	head string
	size int64
}

func (p *pattern) ReadAt(b []byte, at int64) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	if at < int64(len(p.head)) {
		copy(b, p.head[at:])
	}
	return len(b), nil
}

// Whatever is in a file, reading it ends, and what is read can be written and read again.
func FuzzOpen(f *testing.F) {
	f.Add(written(f, variety(), 1<<20))
	files, _ := filepath.Glob("testdata/read/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Open(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		again := &tape{bodies: map[string][]byte{}}
		for x, err := range file.Exchanges() {
			if err != nil {
				continue
			}
			if x.Ended.Before(x.Started) || !x.Replied.IsZero() && x.Replied.Before(x.Started) {
				t.Errorf("it ended %v before it began", x.Started.Sub(x.Ended))
			}
			x.ID = uint64(len(again.exchanges) + 1)
			x.Request.Body.Stored = int64(len(x.RequestBody))
			if x.Response != nil {
				x.Response.Body.Stored = int64(len(x.ResponseBody))
			}
			again.exchanges = append(again.exchanges, x.Exchange)
			again.bodies[fmt.Sprint(x.ID, runnertape.RequestSide)] = x.RequestBody
			again.bodies[fmt.Sprint(x.ID, runnertape.ResponseSide)] = x.ResponseBody
		}
		text = written(t, again, 1<<20)
		file, err = Open(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatalf("%v of\n%s", err, text)
		}
		i := 0
		for x, err := range file.Exchanges() {
			if err != nil {
				t.Fatalf("%v of\n%s", err, text)
			}
			want := again.exchanges[i]
			i++
			if want.Request.Method != x.Request.Method || want.Status() != x.Status() || want.URL() != x.URL() {
				t.Fatalf("%s %s became %s %s", want.Request.Method, want.URL(), x.Request.Method, x.URL())
			}
		}
	})
}
