package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
)

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(playRole(role))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the flags.
type options struct {
	quick     bool
	rounds    int
	seconds   float64
	size      int64
	only      string
	memory    bool
	exchanges int64
	json      bool
	write     string
	dir       string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.quick, "quick", false, "short rounds and small bodies: whether it works, not how fast it is")
	f.IntVar(&o.rounds, "rounds", 5, "`number` of rounds")
	f.Float64Var(&o.seconds, "seconds", 1, "length of a round of requests, in `seconds`")
	f.Int64Var(&o.size, "size", 0, "size of artifacts in `MiB` (default 1024, with -memory 2048)")
	f.StringVar(&o.only, "only", "", "WORKLOAD/SUBJECT has to match `REGEXP`")
	f.BoolVar(&o.memory, "memory", false, "measure peak memory of the recorder, and nothing else")
	f.Int64Var(&o.exchanges, "exchanges", 1_000_000, "with -memory, `number` of small exchanges")
	f.BoolVar(&o.json, "json", false, "print JSON, one line for each subject and workload")
	f.StringVar(&o.write, "write", "", "also write the tables to Markdown `FILE`")
	f.StringVar(&o.dir, "dir", "", "where to record: a `directory` on the disk to be measured (default the system's for temporary files)")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%s: bench has flags only", f.Arg(0))
	}
	set := map[string]bool{}
	f.Visit(func(f *flag.Flag) { set[f.Name] = true })
	o.fill(set)
	return o, nil
}

// fill sets what depends on other flags, where it was not set.
func (o *options) fill(set map[string]bool) {
	fill := func(name string, full, quick func()) {
		switch {
		case set[name]:
		case o.quick:
			quick()
		default:
			full()
		}
	}
	fill("rounds", func() {}, func() { o.rounds = 2 })
	fill("seconds", func() {}, func() { o.seconds = 0.1 })
	fill("exchanges", func() {}, func() { o.exchanges = 2000 })
	fill("size", func() {
		if o.size = 1024; o.memory {
			o.size = 2048
		}
	}, func() { o.size = 8 })
}

func (o *options) sizes() sizes {
	z := sizes{body: o.size << 20, idle: 1000, conns: 100}
	if o.quick {
		z.idle = 100
	}
	return z
}

// run is the driver. It returns the exit code: 2 for wrong usage, 1 if something failed or is wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 2
	}
	only, err := regexp.Compile(o.only)
	if err != nil {
		fmt.Fprintf(stderr, "bench: -only: %v\n", err)
		return 2
	}
	b := &bench{rounds: o.rounds, seconds: o.seconds, subjects: subjects(), only: only, say: func(format string, args ...any) {
		fmt.Fprintf(stderr, "bench: "+format+"\n", args...)
	}}
	rows, err := b.all(ctx, o)
	if err == nil {
		err = o.report(rows, commandLine(args), stdout)
	}
	if err != nil {
		b.say("%v", err)
		return 1
	}
	if wrong := complaints(rows); wrong != "" {
		fmt.Fprint(stderr, wrong)
		return 1
	}
	return 0
}

// all does what the flags ask for.
func (b *bench) all(ctx context.Context, o *options) (rows figures, err error) {
	if b.dir, err = os.MkdirTemp(o.dir, "runnertape-bench-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(b.dir)
	if err := b.open(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if o.memory {
		return b.memory(ctx, memoryRuns(o.size<<20, o.exchanges))
	}
	for _, w := range workloads(o.sizes()) {
		of, err := b.run(ctx, &w)
		if err != nil {
			return nil, err
		}
		rows = append(rows, of...)
	}
	return rows, nil
}

// report prints what was measured, and writes it to a document if asked to.
func (o *options) report(rows figures, command string, stdout io.Writer) error {
	for _, r := range rows {
		r.finish()
	}
	section, text := "comparison", ""
	if o.memory {
		section, text = "memory", memoryTable(rows)
	} else {
		text = tables(rows) + "\n" + verdict(rows, o.sizes())
	}
	text = circumstances(command) + "\n" + text
	if o.write != "" {
		if err := replaceSection(o.write, section, text); err != nil {
			return err
		}
	}
	if !o.json {
		_, err := io.WriteString(stdout, text)
		return err
	}
	out := json.NewEncoder(stdout)
	for _, r := range rows {
		if err := out.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
