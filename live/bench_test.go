package live

import (
	"bytes"
	"context"
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

// These variables make a process of this test a reader: of which recording, and of which kind.
const (
	readPath = "RUNNERTAPE_TEST_READ"
	readKind = "RUNNERTAPE_TEST_READER"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(readPath); path != "" {
		if err := readToTheEnd(path, os.Getenv(readKind)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// readToTheEnd reads until the recorder has ended: a scan everything over and over, a follow each
// exchange once. A burn follows too, and keeps a processor busy beside that.
func readToTheEnd(path, kind string) error {
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
	if kind == "burn" {
		go func() { // ends with the process
			for b := make([]byte, 1<<20); ; {
				copy(b[1:], b)
			}
		}()
	}
	exchanges := r.Follow(context.Background())
	if kind == "scan" {
		exchanges = r.Exchanges()
	}
	for {
		for _, err := range exchanges {
			if err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
	}
}

// BenchmarkWriter writes as a recorder does, as fast as it can, while other processes read. It reports how
// fast that is compared with a writer that nobody reads: medians of interleaved rounds. With few
// processors a reader costs mostly what any other busy process does; burn is the yardstick for that.
func BenchmarkWriter(b *testing.B) {
	cases := []struct {
		kind    string
		readers int
	}{{"", 0}, {"follow", 1}, {"scan", 1}, {"scan", 4}, {"burn", 1}}
	took := make([][]time.Duration, len(cases))
	for b.Loop() {
		for i, c := range cases {
			took[i] = append(took[i], writeWith(b, c.readers, c.kind))
		}
	}
	median := func(rounds []time.Duration) float64 {
		slices.Sort(rounds)
		return rounds[len(rounds)/2].Seconds()
	}
	for i, c := range cases {
		if i > 0 {
			b.ReportMetric(median(took[0])/median(took[i]), fmt.Sprintf("of-unread-speed/%d-%s", c.readers, c.kind))
		}
	}
	b.ReportMetric(groups*groupExchanges/median(took[0]), "exchanges/s-unread")
}

// What is written in a case: groups as of a busy recorder's commits, each exchange with 4 KiB of body.
const (
	groups         = 60
	groupExchanges = 40
)

func writeWith(b *testing.B, readers int, kind string) time.Duration {
	rec := recordAt(b, filepath.Join(b.TempDir(), "recording.db"))
	content := pattern(4 << 10)
	commands := make([]*exec.Cmd, readers)
	for i := range commands {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), readPath+"="+rec.path, readKind+"="+kind)
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
