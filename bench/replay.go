package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// replayGoal is what part of a handler's requests/s a replay is to reach, and startGoal how soon the first job is to be
// handed out, in milliseconds.
const (
	replayGoal = 0.8
	startGoal  = 200
)

// The subjects of a replay's comparison.
const (
	nameHandler = "net/http"
	nameReplay  = "proxy replay"
)

// replayed is what was measured of replays.
type replayed struct {
	Starts []*start
	Rows   figures
}

// start is how long `proxy replay` takes until it has handed out the first job of a recording of so many exchanges.
type start struct {
	Exchanges int64
	Rounds    []float64 // milliseconds
	RssAnon   int64     // its anonymous memory then, in bytes; the most of all rounds
}

// replaysCode measures replays, and prints tables of them. It returns the exit code.
func (b *bench) replaysCode(ctx context.Context, o *options, command string, stdout io.Writer) int {
	err := b.within(ctx, o, func() error {
		r, err := b.replays(ctx, o)
		if err != nil {
			return err
		}
		if err := r.report(o, command, stdout); err != nil {
			return err
		}
		if wrong := complaints(r.Rows); wrong != "" {
			return errors.New(wrong)
		}
		return nil
	})
	if err != nil {
		b.say("%v", err)
		return 1
	}
	return 0
}

// replays measures starts, and requests/s beside a handler that answers the same bytes.
func (b *bench) replays(ctx context.Context, o *options) (*replayed, error) {
	r := &replayed{}
	var paths []string
	for exchanges := o.exchanges / 100; exchanges > 0 && exchanges <= o.exchanges; exchanges *= 10 {
		b.say("making a recording of %d exchanges", exchanges)
		path := filepath.Join(b.dir, fmt.Sprintf("%d.db", exchanges))
		if err := makeTape(path, func(t *tape) error { return t.fill(exchanges) }); err != nil {
			return r, err
		}
		r.Starts, paths = append(r.Starts, &start{Exchanges: exchanges}), append(paths, path)
	}
	for n := range b.rounds {
		for i := range paths {
			at := (n + i) % len(paths)
			if err := b.start(ctx, r.Starts[at], paths[at]); err != nil {
				return r, err
			}
		}
	}
	var err error
	b.subjects = []subject{{nameHandler, roleSubject("handler", straight)}, {nameReplay, b.startReplay}}
	for _, w := range replayWorkloads() {
		of, failed := b.run(ctx, &w)
		r.Rows, err = append(r.Rows, of...), errors.Join(err, failed)
	}
	return r, err
}

func makeTape(path string, fill func(*tape) error) error {
	t, err := newTape(path)
	if err != nil {
		return err
	}
	return errors.Join(fill(t), t.w.Close())
}

// start measures one start.
func (b *bench) start(ctx context.Context, s *start, path string) error {
	began := time.Now()
	st, err := startCommand(b.replayCommand(ctx, path))
	if err != nil {
		return err
	}
	_, err = askForJob(st.address)
	s.Rounds = append(s.Rounds, time.Since(began).Seconds()*1e3)
	s.RssAnon = max(s.RssAnon, rssAnon(st.pid))
	return errors.Join(err, st.stop())
}

func (b *bench) replayCommand(ctx context.Context, path string) *exec.Cmd {
	return exec.CommandContext(ctx, b.recorder, "replay", "--listen", "127.0.0.1:0", "--ca-dir", b.dir, path)
}

// replayWorkloads are what a runner asks for all the time.
func replayWorkloads() []workload {
	var all []workload
	for _, conns := range []int{1, 16} {
		all = append(all, workload{kind: polls, conns: conns}, workload{kind: patches, size: 1 << 10, conns: conns},
			workload{kind: patches, size: 16 << 10, conns: conns}, workload{kind: updates, conns: conns})
	}
	for i := range all {
		all[i].name, all[i].ranges = all[i].makeName(), true
	}
	return all
}

// startReplay starts a replay of the jobs that the client is going to run in this workload, and hands them
// all out.
func (b *bench) startReplay(ctx context.Context, s *site) (*standing, error) {
	path := s.file("recording.db")
	err := makeTape(path, func(t *tape) error {
		first := b.job
		for range b.rounds*2 + 2 { // those of both subjects
			first += jobsOfTask
			for conn := range int64(s.workload.conns) {
				if err := t.handOut(first + conn*jobsOfConn); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	st, err := startCommand(b.replayCommand(ctx, path))
	if err != nil {
		return nil, err
	}
	st.way = straight
	return st, handOutAll(st.address)
}

// handOutAll asks for jobs until there are none.
func handOutAll(address string) error {
	for {
		if more, err := askForJob(address); err != nil || !more {
			return err
		}
	}
}

// askForJob tells whether there was one.
func askForJob(address string) (bool, error) {
	resp, err := http.Post("http://"+address+"/api/v4/jobs/request", "application/json", strings.NewReader(pollBody))
	if err != nil {
		return false, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err == nil && resp.StatusCode != http.StatusCreated && resp.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("a poll was answered %d", resp.StatusCode)
	}
	return resp.StatusCode == http.StatusCreated, err
}
