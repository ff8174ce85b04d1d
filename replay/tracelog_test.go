package replay

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name           string
		size, start, n int64
		want           verdict
	}{
		{"first", 0, 0, 5, appended},
		{"next", 5, 5, 7, appended},
		{"nothing at the end", 5, 5, 0, appended},
		{"the last again", 12, 5, 7, repeated},
		{"all again in one", 12, 0, 12, repeated},
		{"too far", 5, 6, 1, refused},
		{"overlaps the end", 5, 3, 7, refused},
		{"in the middle", 12, 3, 4, refused},
		{"beyond all", 5, 1 << 62, 1 << 62, refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := tracelog{size: c.size}
			if got := log.judge(c.start, c.n); got != c.want {
				t.Errorf("judge(%d, %d) with %d held: %d, want %d", c.start, c.n, c.size, got, c.want)
			}
		})
	}
}

func TestPatchStart(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
		odd  bool
	}{
		{"0-887", 0, false},
		{"888-894", 888, false},
		{"0-4/5", 0, false}, // GitLab splits at the dash only
		{"5-", 5, false},
		{"", 0, true},
		{"5", 5, true},
		{"-5", 0, true},
		{"-5-7", 0, true},
		{"bytes 5-9/10", 0, true},
		{" 5-9", 5, true},
		{"+5-9", 5, true},
		{"5 -9", 5, true},
		{"5x-9", 5, true},
		{"0x5-9", 0, true},
		{"a-b", 0, true},
		{"99999999999999999999-1", 1<<63 - 1, true},
	} {
		got, remark := patchStart(c.in)
		if got != c.want || (remark != "") != c.odd {
			t.Errorf("patchStart(%q) = %d, %q", c.in, got, remark)
		}
	}
}

// TestTraceModel sends a log as a runner might that cuts it anywhere, sends
// pieces again, jumps, and is cut off in the middle of bodies; it believes only
// what it is told. At the end the log must be there once and whole.
func TestTraceModel(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 7))
			var got bytes.Buffer
			tape := job42()
			r, err := New(tape, Options{Trace: func(job, offset int64, p []byte) {
				if job != 42 || offset != int64(got.Len()) {
					t.Errorf("job %d: piece at %d, %d held", job, offset, got.Len())
				}
				got.Write(p)
			}})
			if err != nil {
				t.Fatal(err)
			}
			r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
			log := make([]byte, rng.IntN(20_000))
			for i := range log {
				log[i] = byte(rng.Uint32())
			}
			held := int64(0) // by our own reckoning of the rule
			send := func(start, n int64) (told int64, ok bool) {
				body := string(log[start : start+n])
				a := r.ask("PATCH", "/api/v4/jobs/42/trace", body, "Content-Range", fmt.Sprintf("%d-%d", start, start+n-1))
				fits := start == held
				if fits {
					held += n
				}
				want := 416
				if held == start+n {
					want = 202
				}
				a.want(t, want, "Range", fmt.Sprintf("0-%d", held))
				_, size, _ := strings.Cut(a.header["Range"][0], "-")
				told, err := strconv.ParseInt(size, 10, 64)
				if err != nil || told > int64(len(log)) {
					t.Fatalf("Range %q: runners up to 18.5 die of it", a.header["Range"])
				}
				return told, a.status == 202
			}
			size := int64(len(log))
			for at := int64(0); at < size; {
				n := min(1+rng.Int64N(3000), size-at)
				start := at
				switch rng.IntN(10) {
				case 0: // somewhere else
					start = rng.Int64N(size - n + 1)
				case 1: // from the beginning, as after a restart
					start = 0
				case 2: // the same again: the answer was lost
					send(start, n)
				}
				told, ok := send(start, n)
				if at = told; ok {
					at = start + n
				}
			}
			if !bytes.Equal(got.Bytes(), log) {
				t.Errorf("log of %d bytes came as %d others", len(log), got.Len())
			}
			r.ask("PUT", "/api/v4/jobs/42", fmt.Sprintf(
				`{"state":"success","output":{"checksum":"crc32:%08x","bytesize":%d}}`, crc32.ChecksumIEEE(log), len(log))).want(t, 200)
			if d := r.Receipt().Jobs[0].Differences; len(d) > 0 {
				t.Errorf("differences: %q", d)
			}
		})
	}
}
