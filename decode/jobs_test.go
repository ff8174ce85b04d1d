package decode

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// TestJobs rebuilds the jobs of every testdata/jobs/<case>.txt and compares them
// with what the file says. A file is lines of "#", exchanges, "-- jobs --", and
// what they become, which -update rewrites. An exchange is one line,
//
//	BEGIN LENGTH METHOD TARGET | … → STATUS | …
//
// with times in seconds; STATUS is "lost" if no answer came. What is between bars
// is a header field, or the body, as it is or as a Go string; or the word "cut",
// of a body that broke off. Of "Content-Range: 10-" the end is worked out, and
// "END-" begins at the end of the trace. In a body CRC32 and SIZE are those of the trace that the patches above make, as the
// runner has it. An exchange after "late" is added after all others.
//
// A line "# stand-in: WORD" replaces the word in the trace as redaction does; with
// "# old" the checksum of what passed is not known.
func TestJobs(t *testing.T) {
	for _, name := range jobFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			f := readJobFile(t, name)
			got := f.jobs(t, f.exchanges)
			if *update {
				if err := os.WriteFile(name, []byte(f.script+jobsMarker+got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(f.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A job does not depend on the order in which its exchanges come after it was handed out.
func TestJobsInAnyOrder(t *testing.T) {
	for _, name := range jobFiles(t) {
		f := readJobFile(t, name)
		var handOuts, others []*runnertape.Exchange
		for _, x := range f.exchanges {
			if x.Decoded.Endpoint == string(RequestJob) {
				handOuts = append(handOuts, x)
			} else {
				others = append(others, x)
			}
		}
		slices.Reverse(others)
		want := strings.SplitAfter(f.jobs(t, f.exchanges), "\n\n")
		got := strings.SplitAfter(f.jobs(t, append(handOuts, others...))+"\n", "\n\n")
		want[len(want)-1] += "\n"
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(strings.Join(want, ""), strings.Join(got, "")); diff != "" {
			t.Errorf("%s (-forward +backward):\n%s", name, diff)
		}
	}
}

const jobsMarker = "-- jobs --\n"

func jobFiles(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/jobs/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no jobs", err)
	}
	return names
}

type jobFile struct {
	script, want string
	standIn      string
	old          bool
	exchanges    []*runnertape.Exchange // in the order in which they are added
	logs         map[uint64][]byte      // kept bodies of patches
	traces       map[string][]byte      // as the runner has it, by the path of its patches
}

func readJobFile(t testing.TB, name string) *jobFile {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := &jobFile{logs: map[uint64][]byte{}, traces: map[string][]byte{}}
	f.script, f.want, _ = strings.Cut(string(text), jobsMarker)
	d := NewDecoder()
	var late []*runnertape.Exchange
	id := uint64(0)
	for line := range strings.Lines(f.script) {
		line = strings.TrimSpace(line)
		if word, ok := strings.CutPrefix(line, "# stand-in: "); ok {
			f.standIn = word
		}
		f.old = f.old || line == "# old"
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id++
		line, isLate := strings.CutPrefix(line, "late ")
		x, bodies := f.exchange(t, id, line)
		x.Decoded = new(runnertape.Decoded)
		d.decode(x, bodies, x.Decoded)
		if isLate {
			late = append(late, x)
		} else {
			f.exchanges = append(f.exchanges, x)
		}
	}
	f.exchanges = append(f.exchanges, late...)
	return f
}

func (f *jobFile) exchange(t testing.TB, id uint64, line string) (*runnertape.Exchange, Bodies) {
	t.Helper()
	asks, says, ok := strings.Cut(line, " → ")
	request, response := strings.Split(asks, " | "), strings.Split(says, " | ")
	words := strings.Fields(request[0])
	if !ok || len(words) != 4 {
		t.Fatalf("not an exchange: %s", line)
	}
	seconds := func(s string) time.Duration {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n * float64(time.Second))
	}
	began := jobsBegin.Add(seconds(words[0]))
	x := &runnertape.Exchange{ID: id, State: runnertape.Done, Scheme: "http", Host: "h", Started: began, Ended: began.Add(seconds(words[1]))}
	x.Request.Method, x.Request.Target, x.Request.Proto = words[2], words[3], "HTTP/1.1"
	if host, ok := strings.CutPrefix(words[3], "http://"); ok {
		x.Host, _, _ = strings.Cut(host, "/")
	}
	var b Bodies
	x.Request.Header, b.Request, x.Request.Body.Truncated = jobPart(t, request[1:])
	trace := f.traces[words[3]+"/trace"]
	b.Request = bytes.ReplaceAll(b.Request, []byte("CRC32"), fmt.Appendf(nil, "crc32:%08x", crc32.ChecksumIEEE(trace)))
	b.Request = bytes.ReplaceAll(b.Request, []byte("SIZE"), fmt.Append(nil, len(trace)))
	f.keep(x, &b)
	if response[0] == "lost" {
		x.Failure = &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection reset"}
		return x, b
	}
	x.Replied = x.Ended
	x.Response = &runnertape.Response{Proto: "HTTP/1.1"}
	var err error
	if x.Response.Status, err = strconv.Atoi(response[0]); err != nil {
		t.Fatal(err)
	}
	x.Response.Header, b.Response, _ = jobPart(t, response[1:])
	x.Response.Body.Bytes = int64(len(b.Response))
	return x, b
}

var jobsBegin = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func jobPart(t testing.TB, parts []string) (h runnertape.Header, body []byte, cut bool) {
	t.Helper()
	for _, part := range parts {
		name, value, isField := strings.Cut(part, ": ")
		switch {
		case part == "cut":
			cut = true
		case strings.HasPrefix(part, `"`):
			plain, err := strconv.Unquote(part)
			if err != nil {
				t.Fatalf("%s: %v", part, err)
			}
			body = []byte(plain)
		case isField && !strings.HasPrefix(part, "{"):
			h = append(h, runnertape.Field{Name: name, Value: value})
		default:
			body = []byte(part)
		}
	}
	return h, body, cut
}

// keep does what redaction does to the body of a request.
func (f *jobFile) keep(x *runnertape.Exchange, b *Bodies) {
	x.Request.Body.Bytes = int64(len(b.Request))
	if x.Request.Method != "PATCH" {
		return
	}
	for i, field := range x.Request.Header {
		if start, ok := strings.CutSuffix(field.Value, "-"); ok && field.Name == "Content-Range" {
			n, err := strconv.Atoi(start)
			if err != nil { // END
				n = len(f.traces[x.Request.Path()])
			}
			x.Request.Header[i].Value = fmt.Sprintf("%d-%d", n, n+len(b.Request)-1)
			f.write(x.Request.Path(), n, b.Request)
		}
	}
	kept := b.Request
	if f.standIn != "" {
		kept = bytes.ReplaceAll(kept, []byte(f.standIn), bytes.Repeat([]byte("x"), len(f.standIn)))
		if !f.old {
			x.Request.Body.CRC32 = runnertape.CRC32{Sum: crc32.ChecksumIEEE(b.Request), Known: true}
		}
	}
	f.logs[x.ID], b.Request = kept, nil
}

// write puts a piece into the trace of a runner.
func (f *jobFile) write(path string, start int, piece []byte) {
	trace := f.traces[path]
	trace = append(trace, make([]byte, max(0, start+len(piece)-len(trace)))...)
	copy(trace[start:], piece)
	f.traces[path] = trace
}

// jobs are the jobs that exchanges make, as text.
func (f *jobFile) jobs(t *testing.T, exchanges []*runnertape.Exchange) string {
	t.Helper()
	b := NewBuilder()
	for _, x := range exchanges {
		b.Add(x, nil)
	}
	var texts []string
	for _, j := range b.Jobs() {
		log, err := ReadLog(j, func(id uint64, from int64) (io.ReadCloser, error) {
			log := f.logs[id]
			return io.NopCloser(bytes.NewReader(log[min(from, int64(len(log))):])), nil
		}, f.standIn != "")
		if err != nil {
			t.Fatal(err)
		}
		checkTrace(t, j)
		texts = append(texts, jobText(j)+logText(log))
	}
	return strings.Join(texts, "\n")
}
