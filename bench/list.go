package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// lists measures listings, and prints a table of them. It returns the exit code.
func (b *bench) lists(ctx context.Context, o *options, command string, stdout io.Writer) int {
	err := b.within(ctx, o, func() error {
		exchanges, all, err := b.list(ctx, o.exchanges)
		if err != nil {
			return err
		}
		text := circumstances(command) + "\n" + listTable(exchanges, all)
		if o.write != "" {
			if err := replaceSection(o.write, "listing", text); err != nil {
				return err
			}
		}
		if !o.json {
			_, err := io.WriteString(stdout, text)
			return err
		}
		out := json.NewEncoder(stdout)
		for _, l := range all {
			if err := out.Encode(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.say("%v", err)
		return 1
	}
	return 0
}

// listing is one way to print all exchanges of a recording.
type listing struct {
	Name  string
	args  []string
	input string // file for stdin, or ""

	Rounds []listed
}

// listed is one round of a listing.
type listed struct {
	Seconds float64 // from start to end of the process
	First   float64 // milliseconds until the first bytes
	RssAnon int64   // its most anonymous memory, in bytes
	Bytes   int64   // that it printed
}

// list records exchanges, mostly patches and polls of changing jobs, and then prints them in several ways. They take turns; jq
// reads what `proxy dump --json` printed.
func (b *bench) list(ctx context.Context, exchanges int64) (int64, []*listing, error) {
	dir, err := os.MkdirTemp(b.dir, "s") // short: a socket in it has at most 108 bytes of path
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(dir)
	w := workload{kind: mixture, size: 1 << 10, conns: 16, count: exchanges}
	b.say("recording %d exchanges", exchanges)
	c := &contender{site: &site{bench: b, workload: &w, dir: dir}, row: &row{}}
	if c.standing, err = startRecorder(ctx, c.site); err != nil {
		return 0, nil, err
	}
	if err = b.round(c, &w); err == nil && c.row.Wrong != "" {
		err = errors.New(c.row.Wrong)
	}
	if err = errors.Join(err, c.stop()); err != nil {
		return 0, nil, err
	}
	recording, text := c.site.file("recording.db"), filepath.Join(dir, "exchanges.json")
	if err := dumpTo(ctx, b.recorder, recording, text); err != nil {
		return 0, nil, err
	}
	all := []*listing{
		{Name: "proxy dump", args: []string{b.recorder, "dump", recording}},
		{Name: "proxy dump --width 80", args: []string{b.recorder, "dump", "--width", "80", recording}},
		{Name: "proxy dump --errors", args: []string{b.recorder, "dump", "--errors", recording}},
		{Name: "proxy dump -v", args: []string{b.recorder, "dump", "-v", recording}},
		{Name: "proxy dump --json", args: []string{b.recorder, "dump", "--json", recording}},
	}
	if jq, err := exec.LookPath("jq"); err == nil {
		all = append(all, &listing{Name: "jq -c . of that JSON", args: []string{jq, "-c", "."}, input: text})
	}
	for n := range b.rounds {
		for i := range all {
			l := all[(n+i)%len(all)]
			b.say("%s", l.Name)
			if err := l.run(ctx); err != nil {
				return 0, nil, fmt.Errorf("%s: %w", l.Name, err)
			}
		}
	}
	return c.requests, all, nil
}

func dumpTo(ctx context.Context, proxy, recording, text string) error {
	f, err := os.Create(text)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, proxy, "dump", "--json", recording)
	cmd.Env, cmd.Stdout, cmd.Stderr = cleanEnvironment(), f, os.Stderr
	return errors.Join(cmd.Run(), f.Close())
}

// run prints once, into a pipe that is read as fast as it goes.
func (l *listing) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, l.args[0], l.args[1:]...)
	cmd.Env, cmd.Stderr = cleanEnvironment(), os.Stderr
	if l.input != "" {
		f, err := os.Open(l.input)
		if err != nil {
			return err
		}
		defer f.Close()
		cmd.Stdin = f
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	memory := watchPeak(cmd.Process.Pid)
	room := make([]byte, 64<<10)
	n, readErr := out.Read(room)
	m := listed{First: float64(time.Since(began).Microseconds()) / 1e3}
	rest := int64(0)
	if readErr == nil {
		rest, readErr = io.CopyBuffer(struct{ io.Writer }{io.Discard}, out, room)
	} else if errors.Is(readErr, io.EOF) { // there are no errors, for example
		readErr, m.First = nil, 0
	}
	err = errors.Join(readErr, cmd.Wait())
	m.Seconds, m.Bytes, m.RssAnon = time.Since(began).Seconds(), int64(n)+rest, memory.end()
	l.Rounds = append(l.Rounds, m)
	return err
}

// firstBound is how many milliseconds it may take until the first line is there, however many there are.
const firstBound = 100

// listTable says of each listing whether it keeps up with jq, and begins soon.
func listTable(exchanges int64, all []*listing) string {
	t := table{{"command", "verdict", "times jq", "exchanges/s", "first output ms", "RssAnon MiB", "MiB printed"}}
	var jq *listing
	for _, l := range all {
		if l.input != "" {
			jq = l
		}
	}
	of := func(l *listing, f func(listed) float64) float64 {
		var figures []float64
		for _, m := range l.Rounds {
			figures = append(figures, f(m))
		}
		return median(figures)
	}
	for _, l := range all {
		ratio, word, most := "", "", int64(0)
		first := of(l, func(m listed) float64 { return m.First })
		if jq != nil {
			var ratios []float64
			for i, m := range l.Rounds {
				ratios = append(ratios, jq.Rounds[i].Seconds/m.Seconds)
			}
			ratio = fmt.Sprintf("%.1f", median(ratios))
			if word = "reached"; median(ratios) < 1 || first > firstBound {
				word = "not reached"
			}
		}
		if l == jq {
			word = ""
		}
		for _, m := range l.Rounds {
			most = max(most, m.RssAnon)
		}
		t = append(t, []string{
			"`" + l.Name + "`", word, ratio,
			fmt.Sprintf("%.0f", float64(exchanges)/of(l, func(m listed) float64 { return m.Seconds })),
			some("%.0f", first),
			some("%.1f", mib(most)),
			fmt.Sprintf("%.0f", mib(int64(of(l, func(m listed) float64 { return float64(m.Bytes) })))),
		})
	}
	return fmt.Sprintf("### Listing %d exchanges\n\n%s", exchanges, t)
}
