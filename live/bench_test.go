package live

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"runnertape"
	"runnertape/store"
)

// readAgain is the variable that makes a process of this test a reader of the recording it names.
const readAgain = "RUNNERTAPE_TEST_READ"

func TestMain(m *testing.M) {
	if path := os.Getenv(readAgain); path != "" {
		if err := readOverAndOver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// readOverAndOver reads everything, again and again, until the recorder has ended.
func readOverAndOver(path string) error {
	ended := false
	r, err := Open(path, func() (File, error) {
		f, err := store.Open(path)
		ended = err == nil
		return f, err
	})
	if err != nil {
		return err
	}
	defer r.Close()
	fmt.Println("reading")
	for !ended {
		for _, err := range r.Exchanges() {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// BenchmarkWriter writes as a recorder does, while other processes read everything over and over. It
// reports how fast the writer is compared with one that nobody reads: medians of interleaved rounds.
func BenchmarkWriter(b *testing.B) {
	cases := []int{0, 1, 4}
	took := make([][]time.Duration, len(cases))
	for b.Loop() {
		for i, readers := range cases {
			took[i] = append(took[i], writeWith(b, readers))
		}
	}
	median := func(rounds []time.Duration) float64 {
		slices.Sort(rounds)
		return rounds[len(rounds)/2].Seconds()
	}
	for i, readers := range cases[1:] {
		b.ReportMetric(median(took[0])/median(took[i+1]), fmt.Sprintf("of-unread-speed/%d-readers", readers))
	}
	b.ReportMetric(groups*groupExchanges/median(took[0]), "exchanges/s-unread")
}

// What is written in a case: groups as of a busy recorder's commits, each exchange with 4 KiB of body.
const (
	groups         = 60
	groupExchanges = 40
)

func writeWith(b *testing.B, readers int) time.Duration {
	rec := recordAt(b, filepath.Join(b.TempDir(), "recording.db"))
	content := pattern(4 << 10)
	commands := make([]*exec.Cmd, readers)
	for i := range commands {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), readAgain+"="+rec.path)
		c.Stderr = new(bytes.Buffer)
		out, err := c.StdoutPipe()
		must(b, err)
		must(b, c.Start())
		_, err = io.ReadFull(out, make([]byte, len("reading")))
		must(b, err)
		commands[i] = c
	}
	began := time.Now()
	for g := range uint64(groups) {
		for i := range uint64(groupExchanges) {
			id := g*groupExchanges + i + 1
			must(b, rec.Put(exchange(id, runnertape.InFlight)))
			must(b, rec.Write(id, runnertape.RequestSide, content))
			must(b, rec.Put(exchange(id, runnertape.Done)))
		}
		must(b, rec.Commit())
	}
	took := time.Since(began)
	rec.end()
	for _, c := range commands {
		if err := c.Wait(); err != nil {
			b.Fatalf("a reader: %v: %s", err, c.Stderr)
		}
	}
	return took
}
