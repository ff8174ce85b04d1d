package bare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Call is one request of a client in protocol version 2, and the answer.
type Call struct {
	Posted  bool   // POST git-upload-pack; else GET info/refs?service=git-upload-pack
	Request []byte // body
	file    string // holds the answer
}

// Open gives the body of the answer.
func (c *Call) Open() (io.ReadCloser, error) { return os.Open(c.file) }

// ask asks as git does in version 2 of its protocol (gitprotocol-v2(5)).
func (c *Clone) ask(ctx context.Context, depth int) error {
	format := "object-format=sha1"
	if c.SHA256 {
		format = "object-format=sha256"
	}
	fetch := []string{"command=fetch", format, "", "no-progress", "ofs-delta"}
	if depth > 0 {
		fetch = append(fetch, "deepen "+strconv.Itoa(depth))
	}
	for _, call := range []Call{
		{},
		{Posted: true, Request: pktLines("command=ls-refs", format, "", "peel", "symrefs")},
		{Posted: true, Request: pktLines(append(fetch, "want "+c.SHA, "done")...)},
	} {
		call.file = filepath.Join(c.dir, strconv.Itoa(len(c.Calls)))
		if err := c.answer(ctx, &call); err != nil {
			return err
		}
		c.Calls = append(c.Calls, call)
	}
	return nil
}

// pktLines are lines as git sends them, "" being the delimiter, and the flush behind them.
func pktLines(lines ...string) []byte {
	var b bytes.Buffer
	for _, line := range lines {
		if line == "" {
			b.WriteString("0001")
			continue
		}
		fmt.Fprintf(&b, "%04x%s\n", len(line)+5, line)
	}
	b.WriteString("0000")
	return b.Bytes()
}

// answer has git answer.
func (c *Clone) answer(ctx context.Context, call *Call) error {
	args := []string{"upload-pack", "--strict", "--stateless-rpc"}
	if !call.Posted {
		args = append(args, "--advertise-refs")
	}
	git, err := command(ctx, c.repository(), append(args, c.repository())...)
	if err != nil {
		return err
	}
	f, err := os.Create(call.file)
	if err != nil {
		return err
	}
	defer f.Close()
	var said complaint
	git.Env = append(git.Env, "GIT_PROTOCOL=version=2")
	git.Stdin, git.Stderr = bytes.NewReader(call.Request), &said
	out, err := git.StdoutPipe()
	if err != nil {
		return err
	}
	if err := git.Start(); err != nil {
		return fmt.Errorf("start git upload-pack: %w", err)
	}
	written := reframe(f, out)
	io.Copy(io.Discard, out) // what git says at the end counts, and not that its pipe is closed
	if err := said.of(ctx, "upload-pack", git.Wait()); err != nil {
		return err
	}
	return errors.Join(written, f.Close())
}
