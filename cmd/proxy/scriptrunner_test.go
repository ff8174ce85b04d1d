package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape/fixtures/runner"
)

// backgroundRunner is a scripted runner that polls until it is told to end.
type backgroundRunner struct {
	end   context.CancelFunc
	ended chan struct{}
}

// doRunner is `runner URL [version=17.9.0] [token=T] [proxy=URL] [ca=FILE] [idle=N] [jobs=N]
// [verify=false] [clone=DIR] [patch=BYTES]`: runs the scripted runner until the queue is empty, and
// prints how each job ended. With background=NAME it polls on until `runner end=NAME`.
func doRunner(ts *testscript.TestScript, neg bool, args []string) {
	set, rest := settings(args)
	s := stageOf(ts)
	if name := set["end"]; name != "" {
		s.runners[name].end()
		<-s.runners[name].ended
		delete(s.runners, name)
		return
	}
	if len(rest) != 1 {
		ts.Fatalf("usage: runner URL name=value…")
	}
	client := scriptClient(ts, set)
	defer client.CloseIdleConnections()
	c := runner.Config{
		URL: rest[0], Token: ts.Getenv("TOKEN"), Version: set["version"], HTTPClient: client,
		MaxIdle: 1, MaxWait: time.Millisecond, Verify: set["verify"] != "false",
	}
	if token := set["token"]; token != "" {
		c.Token = token
	}
	for name, field := range map[string]*int{"idle": &c.MaxIdle, "jobs": &c.MaxJobs, "patch": &c.PatchSize} {
		if text := set[name]; text != "" {
			n, err := strconv.Atoi(text)
			ts.Check(err)
			*field = n
		}
	}
	if dir := set["clone"]; dir != "" {
		c.Play = cloning(ts, ts.MkAbs(dir), set)
	}
	if name := set["background"]; name != "" {
		ctx, end := context.WithCancel(context.Background())
		b := &backgroundRunner{end, make(chan struct{})}
		s.runners[name] = b
		c.MaxIdle = 0
		go func() { // ends with `runner end=NAME` or checkEnd
			runner.Run(ctx, c)
			client.CloseIdleConnections()
			close(b.ended)
		}()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	result, err := runner.Run(ctx, c)
	for _, j := range result.Jobs {
		fmt.Fprintf(ts.Stdout(), "%s: %s exit %d final %d uploads %d downloads %d", j.Name, j.State, j.ExitCode, j.FinalStatus, j.Uploads, len(j.Downloads))
		if j.Canceled != "" {
			fmt.Fprintf(ts.Stdout(), " told %s", j.Canceled)
		}
		for _, d := range j.Downloads {
			fmt.Fprintf(ts.Stdout(), " %d bytes %s", d.Size, d.SHA256)
		}
		fmt.Fprintln(ts.Stdout())
	}
	fmt.Fprintf(ts.Stdout(), "jobs %d\n", len(result.Jobs))
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
	if neg != (err != nil) {
		ts.Fatalf("runner: %v", err)
	}
}
