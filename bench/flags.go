package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// options are the flags.
type options struct {
	quick     bool
	rounds    int
	seconds   float64
	size      int64
	only      string
	memory    bool
	list      bool
	redaction bool
	replay    bool
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
	f.BoolVar(&o.list, "list", false, "measure how long it takes to print a recording, and nothing else")
	f.BoolVar(&o.redaction, "redaction", false, "measure what redaction costs the recorder, and nothing else")
	f.BoolVar(&o.replay, "replay", false, "measure how soon a replay listens and how fast it answers, and nothing else")
	f.Int64Var(&o.exchanges, "exchanges", 1_000_000, "with -memory, -list and -replay, `number` of small exchanges")
	f.BoolVar(&o.json, "json", false, "print JSON, one line for each subject and workload")
	f.StringVar(&o.write, "write", "", "also write the tables to Markdown `FILE`")
	f.StringVar(&o.dir, "dir", "", "where to record: a `directory` on the disk to be measured (default the system's for temporary files)")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	modes := 0
	for _, mode := range []bool{o.memory, o.list, o.redaction, o.replay} {
		if mode {
			modes++
		}
	}
	if modes > 1 {
		return nil, errors.New("-memory, -list, -redaction and -replay measure different things; leave out all but one")
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
