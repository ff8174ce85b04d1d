package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
)

// made is the recording that a command made, as its --json prints it: a contract, described in docs/json.md.
type made struct {
	Recording   string  `json:"recording"`
	Exchanges   int64   `json:"exchanges"`
	Jobs        int64   `json:"jobs"`
	Bytes       int64   `json:"bytes"`
	LeftOut     int64   `json:"left_out,omitempty"`
	PartialJobs []int64 `json:"partial_jobs,omitempty"`
	Duplicates  int64   `json:"duplicates,omitempty"`
	Renumbered  bool    `json:"renumbered,omitempty"`
	Replaced    int64   `json:"replaced,omitempty"`
	BytesBefore int64   `json:"bytes_before,omitempty"`
}

// jsonFlag asks for a form that scripts read.
func jsonFlag(category, usage string) cli.Flag {
	return &cli.BoolFlag{Name: "json", Category: category, Usage: usage, EnvVars: []string{"PROXY_JSON"}}
}

// madeFlag is the --json of commands that make a recording.
func madeFlag(category string) cli.Flag {
	return jsonFlag(category, "say on stdout what was made, as one JSON object")
}

// wantsMade tells whether --json asks to print what was made, of a command that makes the recording to.
func wantsMade(c *cli.Context, to string) (bool, error) {
	if to == "-" && given(c, "json") {
		return false, usagef("--json says on stdout what was made, and so does not go with -, which writes the recording there; name a file")
	}
	return c.Bool("json") && to != "-", nil
}

// printMade prints m, whose size it finds, if it was asked for.
func (p *process) printMade(asked bool, m made) error {
	if !asked {
		return nil
	}
	var err error
	if m.Bytes, err = sizeOf(m.Recording); err != nil {
		return err
	}
	return newJSONLines().write(p.stdout, m)
}

// printCopied is printMade of what has the exchanges of src.
func (p *process) printCopied(asked bool, src recording, m made) error {
	if !asked {
		return nil
	}
	n := newCopyCount()
	for x, err := range interruptible(p.done, src.Exchanges()) {
		if err != nil {
			return fmt.Errorf("count what is in %s: %w", m.Recording, err)
		}
		n.see(x)
	}
	m.Exchanges, m.Jobs = n.exchanges, n.jobs
	return p.printMade(true, m)
}

// sayMade says how much is in the recording; done is the verb.
func (p *process) sayMade(done, path string, exchanges, jobs int64) {
	size := ""
	if n, err := sizeOf(path); err == nil {
		size = ", " + byteSize(n)
	}
	p.say("%s %s, %s handed out, to %s%s", done, count(exchanges, "exchange"), count(jobs, "job"), path, size)
}

// sizeOf is how large a recording is, in bytes, with all files if it is a folder.
func sizeOf(path string) (size int64, err error) {
	whole, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !whole.IsDir() {
		return whole.Size(), nil
	}
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
