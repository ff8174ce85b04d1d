package decode

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

func FuzzCombineCRC32(f *testing.F) {
	f.Add([]byte(""), []byte(""))
	f.Add([]byte("a"), bytes.Repeat([]byte("trace "), 1000))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		got := combineCRC32(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), int64(len(b)))
		if want := crc32.ChecksumIEEE(append(a[:len(a):len(a)], b...)); got != want {
			t.Errorf("%08x, want %08x", got, want)
		}
	})
}

// anyMark is what [readSectionMark] reads.
var anyMark = regexp.MustCompile(`section_(start|end):\d{1,11}:([a-zA-Z0-9_.-]{1,255})(\[[\w=, ]{1,255}\])?\r` +
	`(?:\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [0-9a-f]{2}[OE]\+)?\x1b\[0K`)

// Sections do not depend on where the trace was cut, and begin where a regular
// expression finds their marks.
func FuzzSections(f *testing.F) {
	for _, name := range jobFiles(f) {
		for _, log := range readJobFile(f, name).logs {
			f.Add(log, byte(7))
		}
	}
	f.Add([]byte("section_start:1:a\r\x1b[0Kssection_start:2:b\r\x1b[0Ksection_end:3:a\r\x1b[0K\x1b["), byte(1))
	f.Add([]byte("section_start:1:a\r\n2026-11-23T10:00:01.000001Z 00O+\x1b[0K\r\n2026-11-23T10:00:01.000001Z 00O"), byte(1))
	f.Add([]byte("section_start:1:a\r\x1b[0K\x1bsection_start:2:b\r\x1b[0K"), byte(23))
	f.Fuzz(func(t *testing.T, log []byte, size byte) {
		var whole, pieces sections
		whole.write(log)
		whole.skip(int64(len(log)))
		r := bytes.NewReader(log)
		buffer := make([]byte, int(size)+1)
		for {
			n, err := r.Read(buffer)
			if err != nil {
				break
			}
			pieces.write(buffer[:n])
			if len(pieces.text) > 1<<10 {
				t.Fatalf("%d bytes are held back", len(pieces.text))
			}
		}
		pieces.skip(int64(len(log)))
		if diff := cmp.Diff(whole.list, pieces.list); diff != "" {
			t.Errorf("(-whole +pieces):\n%s", diff)
		}
		var want, got []string
		for _, m := range anyMark.FindAllSubmatchIndex(log, -1) {
			if log[m[2]] == 's' && len(want) < maxSections {
				want = append(want, fmt.Sprint(m[0], string(log[m[4]:m[5]])))
			}
		}
		for _, s := range whole.list {
			got = append(got, fmt.Sprint(s.Offset, s.Name))
			if s.Bytes < 0 || s.Offset+s.Bytes > int64(len(log)) || s.Depth < 0 || strings.ContainsAny(s.Header, "\r\n\x1b") {
				t.Errorf("%+v", s)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-expression +sections):\n%s", diff)
		}
	})
}

func TestSectionsAreBounded(t *testing.T) {
	var s sections
	for i := range maxSections + 10 {
		s.write(fmt.Appendf(nil, "section_start:1:s%d\r\x1b[0K%s", i, strings.Repeat("text ", 100)))
	}
	s.write(bytes.Repeat([]byte("section_start:1:"+strings.Repeat("n", 10_000)), 10))
	s.skip(0)
	if len(s.list) != maxSections || len(s.open) != maxSections || len(s.list[0].Header) > maxHeader+3 {
		t.Errorf("%d sections, %d open, text of %d bytes", len(s.list), len(s.open), len(s.list[0].Header))
	}
}

// wire is what a runner sent: patches with their bodies.
type wire struct {
	job    *Job
	bodies map[uint64][]byte
}

func (w *wire) open(id uint64, from int64) (io.ReadCloser, error) {
	body := w.bodies[id]
	return io.NopCloser(iotest.HalfReader(bytes.NewReader(body[min(from, int64(len(body))):]))), nil
}

// scripted makes four bytes one patch: what it says and what it was answered. Its
// content is that of a trace, or something else.
func scripted(script []byte) *wire {
	w := &wire{job: new(Job), bodies: map[uint64][]byte{}}
	for id := uint64(1); len(script) >= 4; id++ {
		status := []int{202, 0, 416, 403, 500, 200}
		size, start := int64(script[3]), int(script[0])
		if script[2]%16 == 9 {
			w.job.Updates = append(w.job.Updates, Update{Exchange: id, State: "success", Status: 412})
		} else {
			body := make([]byte, script[1])
			for i := range body {
				body[i] = "trace\n of a job\n"[(start+i)%16]
				if script[2] > 200 {
					body[i] = byte(id) + 'A'
				}
			}
			w.bodies[id] = body
			w.job.Patches = append(w.job.Patches, Patch{
				Exchange: id, Start: int64(start), Bytes: int64(len(body)), Status: status[int(script[2])%len(status)], Held: &size,
			})
		}
		script = script[4:]
	}
	return w
}

// What ReadLog says of a log is what the log has, put together by hand.
func FuzzReadLog(f *testing.F) {
	f.Add([]byte{0, 10, 0, 10, 10, 5, 1, 15, 10, 5, 0, 15})
	f.Add([]byte{0, 20, 0, 20, 0, 0, 9, 0, 0, 8, 240, 8, 8, 12, 2, 9, 4, 16, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		w := scripted(script)
		var log []byte
		var missing int64
		for _, s := range w.job.TraceSegments() {
			missing += s.Offset - int64(len(log))
			log = append(log, make([]byte, s.Offset-int64(len(log)))...)
			log = append(log, w.bodies[s.Exchange][s.Skip:s.Skip+s.Bytes]...)
		}
		missing += w.job.TraceSize() - int64(len(log))
		sum := crc32.ChecksumIEEE(log)
		w.job.Updates = append(w.job.Updates, Update{
			Exchange: 1 << 20, State: "failed", Status: 200, Bytesize: w.job.TraceSize(), Checksum: fmt.Sprintf("crc32:%08x", sum),
		})
		got, err := ReadLog(w.job, w.open, false)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lines != int64(bytes.Count(log, []byte("\n"))) || got.Bytes != w.job.TraceSize() {
			t.Errorf("%d lines, %d bytes", got.Lines, got.Bytes)
		}
		if diff := cmp.Diff(w.job.TraceGaps(), got.Gaps); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
		if want := map[bool]Verdict{true: Agrees, false: Unsure}[missing == 0]; got.Verdict != want {
			t.Errorf("%d bytes missing: %s, %s", missing, got.Verdict, got.Reason)
		}
		w.checkRepeats(t, got.Repeats)
		w.checkStandIns(t, got)
	})
}

// checkRepeats compares repeats with what was sent, byte by byte.
func (w *wire) checkRepeats(t *testing.T, got []Repeat) {
	t.Helper()
	sent := map[int64]byte{}
	for _, p := range w.job.Patches {
		var repeated int64
		rewrite := false
		for i, c := range w.bodies[p.Exchange] {
			old, ok := sent[p.Start+int64(i)]
			if ok {
				repeated++
				rewrite = rewrite || old != c
			}
			sent[p.Start+int64(i)] = c
		}
		said := false
		for len(got) > 0 && got[0].Exchange == p.Exchange {
			repeated -= got[0].Bytes
			said = said || got[0].Rewrite
			got = got[1:]
		}
		if repeated != 0 || rewrite != said {
			t.Errorf("exchange %d: %d bytes are no repeats, rewrite %t, said %t", p.Exchange, repeated, rewrite, said)
		}
	}
	if len(got) > 0 {
		t.Errorf("repeats of nothing: %+v", got)
	}
}

// checkStandIns replaces what was kept of every other patch. Then the verdict must be the
// same, or unsure; never that the runner said something wrong.
func (w *wire) checkStandIns(t *testing.T, before *Log) {
	t.Helper()
	for i := range w.job.Patches {
		p := &w.job.Patches[i]
		p.CRC32 = runnertape.CRC32{Sum: crc32.ChecksumIEEE(w.bodies[p.Exchange]), Known: true}
		if i%2 == 0 {
			w.bodies[p.Exchange] = bytes.Repeat([]byte("x"), int(p.Bytes))
		}
	}
	got, err := ReadLog(w.job, w.open, true)
	if err != nil {
		t.Fatal(err)
	}
	whole := true
	for _, s := range w.job.TraceSegments() {
		whole = whole && s.Bytes == at(w.job.Patches, s.Exchange, Patch.exchange).Bytes
	}
	if got.Verdict != before.Verdict && (whole || got.Verdict != Unsure) {
		t.Errorf("with stand-ins %s (%s), was %s (%s)", got.Verdict, got.Reason, before.Verdict, before.Reason)
	}
}

// Bodies that were not kept whole are gaps; what opening or reading says is returned.
func TestReadLogOfMissingBodies(t *testing.T) {
	w := scripted([]byte{0, 20, 0, 20, 20, 10, 0, 30})
	w.job.Updates = []Update{{Exchange: 9, State: "success", Checksum: "crc32:00000001", Bytesize: 30}}
	w.bodies[1] = w.bodies[1][:4]
	log, err := ReadLog(w.job, w.open, false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]TraceGap{{Offset: 4, Bytes: 16}}, log.Gaps); diff != "" || log.Verdict != Unsure {
		t.Errorf("%s: %s\n%s", log.Verdict, log.Reason, diff)
	}
	broken := func(uint64, int64) (io.ReadCloser, error) {
		return io.NopCloser(iotest.ErrReader(os.ErrPermission)), nil
	}
	for _, open := range []func(uint64, int64) (io.ReadCloser, error){broken, func(uint64, int64) (io.ReadCloser, error) { return nil, os.ErrPermission }} {
		if _, err := ReadLog(w.job, open, false); !errors.Is(err, os.ErrPermission) {
			t.Errorf("the error is %v", err)
		}
	}
}

// What is sent again in a large patch is read where it is, and not all that is before it.
func TestReadLogOfSmallRepeats(t *testing.T) {
	const large = 1 << 20
	w := &wire{job: &Job{Patches: []Patch{{Exchange: 1, Bytes: large, Status: 202}}}, bodies: map[uint64][]byte{1: bytes.Repeat([]byte("x"), large)}}
	for id := uint64(2); id < 102; id++ {
		w.job.Patches = append(w.job.Patches, Patch{Exchange: id, Start: large - int64(id)*10, Bytes: 1, Status: 416})
		w.bodies[id] = []byte("y")
	}
	var counted int64
	log, err := ReadLog(w.job, func(id uint64, from int64) (io.ReadCloser, error) {
		body, err := w.open(id, from)
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(body, counter{&counted}), body}, err
	}, false)
	if err != nil || len(log.Repeats) != 100 || !log.Repeats[99].Rewrite {
		t.Fatalf("%d repeats, %v", len(log.Repeats), err)
	}
	if counted > 2*large {
		t.Errorf("%d bytes were read of a log of %d", counted, large)
	}
}

type counter struct{ n *int64 }

func (c counter) Write(p []byte) (int, error) {
	*c.n += int64(len(p))
	return len(p), nil
}

// A log of 64 MiB with sections and patches of 1 MiB, as a runner makes it.
func BenchmarkReadLog(b *testing.B) {
	piece := bytes.Repeat([]byte("section_start:1795433971:step\r\x1b[0KRunning\n"+strings.Repeat("go: downloading golang.org/x/tools v0.1.2\n", 1000)+"section_end:1795433972:step\r\x1b[0K"), 25)
	j := new(Job)
	for id := range uint64(64) {
		j.Patches = append(j.Patches, Patch{Exchange: id + 1, Start: int64(id) * int64(len(piece)), Bytes: int64(len(piece)), Status: 202})
	}
	b.SetBytes(j.TraceSize())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadLog(j, func(uint64, int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(piece)), nil }, false); err != nil {
			b.Fatal(err)
		}
	}
}
