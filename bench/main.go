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
	if o.list {
		return b.lists(ctx, o, commandLine(args), stdout)
	}
	if o.replay {
		return b.replaysCode(ctx, o, commandLine(args), stdout)
	}
	rows, err := b.all(ctx, o)
	if err != nil {
		o.write = "" // half of a run is worth printing, but not keeping
	}
	if err = errors.Join(err, o.report(rows, commandLine(args), stdout)); err != nil {
		b.say("%v", err)
		return 1
	}
	if wrong := complaints(rows); wrong != "" {
		fmt.Fprint(stderr, wrong)
		return 1
	}
	return 0
}

// within measures with what is to be measured built and started, and ends it.
func (b *bench) within(ctx context.Context, o *options, measure func() error) (err error) {
	if b.dir, err = os.MkdirTemp(o.dir, "runnertape-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err = b.open(ctx); err == nil {
		err = measure()
	}
	return errors.Join(err, b.close())
}

// all does what the flags ask for.
func (b *bench) all(ctx context.Context, o *options) (rows figures, err error) {
	err = b.within(ctx, o, func() (err error) {
		rows, err = b.compare(ctx, o)
		return err
	})
	return rows, err
}

func (b *bench) compare(ctx context.Context, o *options) (rows figures, err error) {
	runs := workloads(o.sizes())
	switch {
	case o.memory:
		return b.memory(ctx, memoryRuns(o.size<<20, o.exchanges))
	case o.redaction:
		b.subjects, runs = redactionSubjects(), redactionWorkloads(o.sizes())
	}
	for _, w := range runs {
		of, err := b.run(ctx, &w)
		if err != nil {
			return rows, err
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
	switch {
	case o.memory:
		section, text = "memory", memoryTable(rows)
	case o.redaction:
		section, text = "redaction", redactionTable(rows)
	default:
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
