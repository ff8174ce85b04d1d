package bare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// errNoPack says that an answer has none: it only acknowledges what the client has, or refuses.
var errNoPack = errors.New("there is no pack in it")

// index puts the pack of a recorded answer into the repository as it streams, and with it what it says of where its history
// ends. Deltas against objects of other packs get these beside them.
func (b *builder) index(f *fetch) error {
	if f.Lost != "" {
		return errors.New("its pack: " + f.Lost)
	}
	x := &indexPack{b: b}
	var ends []string
	git, err := contents.ReadGitTo(b.git.open(f.ID, runnertape.ResponseSide), f.Coding, b.sha256, contents.GitSink{Pack: x, Line: func(line string) {
		if id, ok := strings.CutPrefix(line, "shallow "); ok && contents.IsID(id) {
			ends = append(ends, id)
		}
	}})
	name, failed := x.close()
	switch {
	case failed != nil && strings.Contains(failed.Error(), "unresolved delta"):
		return errParts
	case failed != nil:
		return fmt.Errorf("its pack: %w", failed)
	case err != nil:
		return fmt.Errorf("its pack: %w", err)
	case name == "":
		return errNoPack
	case len(git.Faults) > 0:
		return fmt.Errorf("its pack: %s", git.Faults[0])
	}
	f.pack, b.ends = name, append(b.ends, ends...)
	return nil
}

// indexPack is a `git index-pack` that starts with the first byte.
type indexPack struct {
	b         *builder
	command   *exec.Cmd // nil before the first byte
	in        io.WriteCloser
	out       bytes.Buffer
	complaint complaint
}

// Write implements io.Writer.
func (x *indexPack) Write(pack []byte) (int, error) {
	if x.command == nil {
		c, err := command(x.b.ctx, x.b.objects(), "index-pack", "--stdin", "--fix-thin")
		if err != nil {
			return 0, err
		}
		if x.in, err = c.StdinPipe(); err != nil {
			return 0, err
		}
		c.Stdout, c.Stderr = &x.out, &x.complaint
		if err := c.Start(); err != nil {
			return 0, fmt.Errorf("start git index-pack: %w", err)
		}
		x.command = c
	}
	return x.in.Write(pack)
}

// close waits for git, and tells the name of the pack, "" if nothing was written.
func (x *indexPack) close() (name string, err error) {
	if x.command == nil {
		return "", nil
	}
	x.in.Close() // if git is gone, it says why itself
	if err := x.complaint.of(x.b.ctx, "index-pack", x.command.Wait()); err != nil {
		return "", err
	}
	return strings.TrimPrefix(strings.TrimSpace(x.out.String()), "pack\t"), nil
}
