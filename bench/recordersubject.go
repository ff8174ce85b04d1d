package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"runnertape"
	"runnertape/store"
)

// buildRecorder makes the real thing.
func buildRecorder(ctx context.Context, path string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "runnertape/cmd/proxy")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// startRecorder is `proxy record` as a user runs it: decoding, writing to disk and, unless flags say otherwise, redacting.
func startRecorder(ctx context.Context, s *site, flags ...string) (*standing, error) {
	recording := s.file("recording.db")
	args := []string{"record", "--listen", "127.0.0.1:0", "--ca-dir", s.dir}
	args = append(args, flags...)
	if s.workload.secure {
		args = append(args, "--upstream", "https://"+s.authority(), "--upstream-ca", s.bench.certs.CA, "--resolve", secureHost+"=127.0.0.1")
	} else {
		args = append(args, "--upstream", "http://"+s.authority())
	}
	cmd := exec.CommandContext(ctx, s.bench.recorder, append(args, recording)...)
	st, err := startCommand(cmd)
	if err != nil {
		return nil, err
	}
	st.ca = s.file("ca.pem")
	st.kept = func(exchanges int64) (int64, error) { return checkRecording(recording, exchanges, s.workload) }
	return st, nil
}

// announced is how a proxy that is not ours says where it listens, on stderr or stdout.
var announced = regexp.MustCompile(`listening (?:on|at) \S*?(127\.0\.0\.1:\d+)`)

// startCommand starts a forward proxy, and waits until it listens.
func startCommand(cmd *exec.Cmd) (*standing, error) {
	cmd.Env = cleanEnvironment()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = w, w
	err = cmd.Start()
	w.Close()
	if err != nil {
		r.Close()
		return nil, err
	}
	address, talk := make(chan string, 1), make(chan string, 1)
	go func() {
		defer r.Close()
		a, said := readAnnouncement(r)
		address <- a
		io.Copy(&said, r)
		talk <- said.String()
	}()
	st := &standing{pid: cmd.Process.Pid, way: forward, address: <-address}
	st.stop = func() error {
		err := cmd.Process.Signal(os.Interrupt)
		said := <-talk
		if err = errors.Join(err, cmd.Wait()); err != nil {
			return fmt.Errorf("%s: %w\n%s", cmd.Path, err, said)
		}
		return nil
	}
	if st.address == "" {
		return nil, errors.Join(fmt.Errorf("%s does not listen", cmd.Path), st.stop())
	}
	return st, nil
}

// readAnnouncement reads until it is said where the process listens, or to the end.
func readAnnouncement(from io.Reader) (address string, said bytes.Buffer) {
	in := bufio.NewScanner(from)
	for in.Scan() {
		fmt.Fprintln(&said, in.Text())
		if m := announced.FindStringSubmatch(in.Text()); m != nil {
			return m[1], said
		}
	}
	return "", said
}

// checkRecording compares a recording with what was done, and returns its size: it is whole, has
// every exchange, and the bodies of the trace and of artifacts are the bytes that were sent.
func checkRecording(path string, exchanges int64, w *workload) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	found, err := store.Check(path)
	switch {
	case err != nil:
		return 0, err
	case !found.Whole():
		return 0, fmt.Errorf("the recording is not whole: %s", strings.Join(found.Problems, "; "))
	case found.Exchanges != exchanges || found.InFlight != 0:
		return 0, fmt.Errorf("the recording has %d exchanges, %d of them not ended; there were %d", found.Exchanges, found.InFlight, exchanges)
	}
	return info.Size(), checkDigests(path, w)
}

func checkDigests(path string, w *workload) error {
	side, right := w.expected()
	if right == nil {
		return nil
	}
	r, err := store.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	for x, err := range r.Exchanges() {
		if err != nil {
			return err
		}
		body := x.Request.Body
		if side == runnertape.ResponseSide && x.Response != nil {
			body = x.Response.Body
		}
		if !right[body.SHA256.String()] {
			return fmt.Errorf("exchange %d: %w", x.ID, errDigest)
		}
	}
	return nil
}
