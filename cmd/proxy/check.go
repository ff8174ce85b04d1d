package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/store"
)

func (p *process) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "verify every structure, chunk and digest of a recording",
		ArgsUsage: "[RECORDING]  (default " + defaultRecording + ")",
		Description: "Prints how much is in it, then what is wrong, one problem a line, or that it is whole. The exit\n" +
			"code is 1 if it is damaged or cannot be read. A text recording may be edited: what of it was changed\n" +
			"since it was exported is said, and is nothing wrong. docs/json.md describes --json.",
		Flags: []cli.Flag{
			jsonFlag("", "one JSON object on one line"),
		},
		Action: p.check,
	}
}

// checked is what `proxy check --json` prints: a contract, described in docs/json.md.
type checked struct {
	Recording    string   `json:"recording"`
	Text         bool     `json:"text"`
	Whole        bool     `json:"whole"`
	Exchanges    int64    `json:"exchanges"`
	InFlight     int64    `json:"in_flight"`
	Bodies       int64    `json:"bodies"`
	BodyBytes    int64    `json:"body_bytes"`
	Problems     []string `json:"problems"`
	MoreProblems int64    `json:"more_problems"`
	Changed      []string `json:"changed"`

	compared bool // of text: its manifest has digests
}

func (p *process) check(c *cli.Context) error {
	path, err := recordingArg(c)
	if err != nil {
		return err
	}
	found, text, err := p.examine(path)
	if err != nil {
		return err
	}
	result := checked{
		Recording: path, Text: text != nil, Whole: found.Whole(), Changed: []string{},
		Exchanges: found.Exchanges, InFlight: found.InFlight, Bodies: found.Bodies, BodyBytes: found.BodyBytes,
		Problems: append([]string{}, found.Problems...), MoreProblems: found.MoreWrongs,
	}
	if text != nil {
		result.Changed, result.compared = append(result.Changed, text.Changed()...), text.Compared()
	}
	if c.Bool("json") {
		err = newJSONLines().write(p.stdout, result)
	} else {
		err = result.writeLines(p.stdout)
	}
	if err != nil {
		return err
	}
	if found.Unfinished {
		return fmt.Errorf("%s: its recorder stopped before it had replaced all secrets; the line above says what does", path)
	}
	if !result.Whole {
		return fmt.Errorf("%s: %w: %s", path, store.ErrDamaged, count(int64(len(result.Problems))+result.MoreProblems, "problem"))
	}
	return nil
}

// examine checks a recording of any form; text is nil if it is none, and closed.
func (p *process) examine(path string) (found *store.Findings, text *fixtures.Text, err error) {
	src, err := openRecording(path) // says what is wrong with the file as dump would
	if err != nil {
		return nil, nil, err
	}
	defer src.Close()
	if t, ok := src.(*fixtures.Text); ok {
		found, err = countText(t)
		return found, t, err
	}
	stop := p.checkProgress(path)
	defer stop()
	found, err = store.Check(path)
	return found, nil, err
}

// countText adds up a text recording. That it was opened means that it is in order.
func countText(t *fixtures.Text) (*store.Findings, error) {
	found := new(store.Findings)
	for x, err := range t.Exchanges() {
		if err != nil {
			return nil, err
		}
		found.Exchanges++
		if x.State != runnertape.Done {
			found.InFlight++
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body, err := t.Body(x.ID, side)
			if err != nil {
				return nil, err
			}
			n, err := io.Copy(io.Discard, body)
			if err = errors.Join(err, body.Close()); err != nil {
				return nil, err
			}
			if n > 0 {
				found.Bodies++
				found.BodyBytes += n
			}
		}
	}
	return found, nil
}

func (r checked) writeLines(w io.Writer) error {
	text := fmt.Sprintf("exchanges  %d\nin flight  %d\nbodies     %d\nbytes      %d\n", r.Exchanges, r.InFlight, r.Bodies, r.BodyBytes)
	for _, problem := range r.Problems {
		text += "problem: " + printable(oneLine(problem)) + "\n"
	}
	if r.MoreProblems > 0 {
		text += fmt.Sprintf("problem: and %d more\n", r.MoreProblems)
	}
	switch {
	case r.Text && !r.compared:
		text += "whole: text that can be read, without digests to compare\n"
	case len(r.Changed) > 0:
		text += "whole: changed since it was exported: " + printable(oneLine(strings.Join(r.Changed, ", "))) + "\n"
	case r.Whole:
		text += "whole\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// checkProgress shows on a terminal that a check is at work, until stop is called.
func (p *process) checkProgress(path string) (stop func()) {
	what := "checking " + path
	if n, err := sizeOf(path); err == nil {
		what += ", " + byteSize(n)
	}
	return p.progress(what)
}
