package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"runnertape"
)

// showBody writes one body of one exchange as it was on the wire, or with --decoded unpacked.
func showBody(d *dumper, w io.Writer, selected exchanges) error {
	var side runnertape.Side
	if err := side.UnmarshalText([]byte(d.c.String("body"))); err != nil {
		return err
	}
	found := false
	for x, err := range selected {
		if err != nil {
			return err
		}
		found = true
		if err := d.writeBody(w, x, side); err != nil {
			return fmt.Errorf("%s body of exchange %d: %w", side, x.ID, err)
		}
	}
	if !found {
		return fmt.Errorf("exchange %s is not in the recording (proxy dump lists what is)", d.c.StringSlice("id")[0])
	}
	return nil
}

func (d *dumper) writeBody(w io.Writer, x *runnertape.Exchange, side runnertape.Side) error {
	_, body := sideOf(x, side)
	switch {
	case body == nil:
		return errNoAnswer
	case body.Dropped():
		return errors.New(whyDropped(body))
	case body.Truncated:
		d.log.Warn(fmt.Sprintf("the %s body of exchange %d broke off after %d bytes", side, x.ID, body.Bytes))
	case body.Rewritten:
		d.log.Warn(fmt.Sprintf("the %s body of exchange %d is not of the %d bytes that passed: redaction had to pack it again, or did not keep it", side, x.ID, body.Bytes))
	}
	r, err := d.openBody(x, side)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	in := bufio.NewReaderSize(r, 64<<10)
	if d.screen.terminal && !d.c.Bool("force") {
		if sample, _ := in.Peek(sampleBytes); !isText(sample) { // an error comes again below
			return errBinary
		}
		safe := newTerminalWriter(w)
		_, err = io.Copy(safe, in)
		return errors.Join(err, safe.Close())
	}
	_, err = io.Copy(w, in)
	return err
}

// openBody is nil if there is nothing to unpack.
func (d *dumper) openBody(x *runnertape.Exchange, side runnertape.Side) (io.ReadCloser, error) {
	if !d.c.Bool("decoded") {
		return d.src.Body(x.ID, side)
	}
	c, err := openContent(d.src, x, side)
	if c == nil {
		return nil, err
	}
	return c, nil
}

// sampleBytes is what is looked at to tell text from what is none.
const sampleBytes = 4 << 10

var (
	errNoAnswer = errors.New("it was not answered")
	errBinary   = errors.New("it is not text, which a terminal could take for commands (write it to a file with -o FILE, or add --force)")
)
