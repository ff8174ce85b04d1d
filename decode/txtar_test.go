package decode

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// sample is one txtar file.
type sample struct {
	comment   string
	upstreams []string
	sections  []*section
	exchanges []sampleExchange
}

type section struct {
	name, options, text string
}

type sampleExchange struct {
	x       *runnertape.Exchange
	bodies  Bodies
	decoded *section
}

func sampleFiles(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	return names
}

func readSample(t testing.TB, name string) *sample {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := new(sample)
	for line := range strings.Lines(string(data)) {
		head, ok := strings.CutPrefix(line, "-- ")
		head, closed := strings.CutSuffix(head, " --\n")
		switch {
		case ok && closed:
			name, options, _ := strings.Cut(head, " ")
			s.sections = append(s.sections, &section{name: name, options: options})
		case len(s.sections) > 0:
			s.sections[len(s.sections)-1].text += line
		default:
			s.comment += line
			if url, ok := strings.CutPrefix(line, "upstream: "); ok {
				s.upstreams = append(s.upstreams, strings.TrimSpace(url))
			}
		}
	}
	s.build(t)
	return s
}

// build makes the exchanges of the sections; each begins with a request and
// gets a decoded section if it has none.
func (s *sample) build(t testing.TB) {
	t.Helper()
	var sections []*section
	for i, sec := range s.sections {
		sections = append(sections, sec)
		switch sec.name {
		case "request":
			s.exchanges = append(s.exchanges, sampleExchange{x: sampleRequest(uint64(len(s.exchanges)+1), sec)})
			x := &s.exchanges[len(s.exchanges)-1]
			x.bodies.Request = sampleBody(t, sec, &x.x.Request.Header, &x.x.Request.Body)
		case "response":
			x := &s.exchanges[len(s.exchanges)-1]
			x.x.Response = sampleResponse(sec)
			x.x.Replied = x.x.Ended
			x.bodies.Response = sampleBody(t, sec, &x.x.Response.Header, &x.x.Response.Body)
		case "decoded":
			s.exchanges[len(s.exchanges)-1].decoded = sec
		default:
			t.Fatalf("unknown section %q", sec.name)
		}
		if last := i == len(s.sections)-1 || s.sections[i+1].name == "request"; last && sec.name != "decoded" {
			added := &section{name: "decoded"}
			s.exchanges[len(s.exchanges)-1].decoded = added
			sections = append(sections, added)
		}
	}
	s.sections = sections
	for i := range s.exchanges {
		x := &s.exchanges[i]
		e := Classify(x.x.Request.Method, x.x.Request.Path()).Endpoint
		x.bodies.Request = first(x.bodies.Request, Wants(e, runnertape.RequestSide))
		x.bodies.Response = first(x.bodies.Response, Wants(e, runnertape.ResponseSide))
	}
}

func first(b []byte, n int64) []byte { return b[:min(int64(len(b)), n)] }

func (s *sample) write(t *testing.T, name string) {
	t.Helper()
	out := s.comment
	for _, sec := range s.sections {
		out += strings.TrimSuffix("-- "+sec.name+" "+sec.options, " ") + " --\n" + sec.text
	}
	if err := os.WriteFile(name, []byte(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sampleRequest(id uint64, sec *section) *runnertape.Exchange {
	start, _, _ := strings.Cut(sec.text, "\n")
	words := strings.SplitN(start, " ", 3)
	began := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).Add(time.Duration(id) * time.Second)
	x := &runnertape.Exchange{
		ID: id, State: runnertape.Done, Way: runnertape.Forward, Scheme: "http",
		Started: began, Ended: began.Add(time.Second / 2),
	}
	if strings.Contains(sec.options, "https") {
		x.Scheme = "https"
	}
	x.Request.Method, x.Request.Target, x.Request.Proto = words[0], words[1], words[2]
	x.Request.Header = sampleHeader(sec)
	x.Host = x.Request.Header.Get("Host")
	return x
}

func sampleResponse(sec *section) *runnertape.Response {
	start, _, _ := strings.Cut(sec.text, "\n")
	words := strings.SplitN(start+" ", " ", 3)
	r := &runnertape.Response{Proto: words[0], Reason: strings.TrimSpace(words[2]), Header: sampleHeader(sec)}
	r.Status, _ = strconv.Atoi(words[1])
	r.Ours = strings.Contains(sec.options, "ours")
	return r
}

func sampleHeader(sec *section) runnertape.Header {
	head, _, _ := strings.Cut(sec.text, "\n\n")
	_, head, _ = strings.Cut(strings.TrimSuffix(head, "\n"), "\n")
	var h runnertape.Header
	for line := range strings.SplitSeq(head, "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h = append(h, runnertape.Field{Name: name, Value: strings.TrimSpace(value)})
		}
	}
	return h
}

func sampleBody(t testing.TB, sec *section, h *runnertape.Header, b *runnertape.Body) []byte {
	t.Helper()
	_, text, _ := strings.Cut(sec.text, "\n\n")
	text = strings.TrimSuffix(text, "\n")
	for option := range strings.FieldsSeq(sec.options) {
		switch option {
		case "crlf":
			text = strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
		case "quoted":
			plain, err := strconv.Unquote(text)
			if err != nil {
				t.Fatalf("body %s: %v", text, err)
			}
			text = plain
		case "gzip":
			var packed bytes.Buffer
			zip := gzip.NewWriter(&packed)
			_, _ = zip.Write([]byte(text)) // a Buffer takes everything
			_ = zip.Close()
			text = packed.String()
			*h = append(*h, runnertape.Field{Name: "Content-Encoding", Value: "gzip"})
		case "cut":
			b.Truncated = true
		}
	}
	b.Framing, b.Bytes = runnertape.Length, int64(len(text))
	b.Stored = b.Bytes
	return []byte(text)
}
