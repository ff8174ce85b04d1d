package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"runnertape"
)

// teller prints lines, and below each what -v and -vv add.
type teller struct {
	*lister
	d      *dumper
	bodies bool // -vv
	full   bool // nothing is cut
	b      bytes.Buffer
}

// newTeller is the listing, in as much detail as was asked for.
func newTeller(d *dumper) func(io.Writer, *runnertape.Exchange) error {
	level := d.c.Count("verbose")
	if level == 0 {
		return newLister(d)
	}
	t := &teller{lister: newListerOn(d.screen), d: d, bodies: level > 1, full: d.c.Bool("full")}
	return t.tell
}

// Signs of who said what is on a line.
const (
	askedSign    = "> "
	answeredSign = "< "
)

func (t *teller) tell(w io.Writer, x *runnertape.Exchange) error {
	t.make(x)
	t.b.Reset()
	t.b.Write(t.line)
	t.b.WriteByte('\n')
	t.about(x)
	t.say(askedSign, bold, fmt.Sprintf("%s %s %s", x.Request.Method, x.Request.Target, x.Request.Proto))
	t.fields(askedSign, x.Request.Header, x.Request.Trailer)
	for _, i := range x.Interim {
		t.say(answeredSign, bold, strconv.Itoa(i.Status))
		t.fields(answeredSign, i.Header, nil)
	}
	if r := x.Response; r != nil {
		t.say(answeredSign, bold, strings.TrimSpace(fmt.Sprintf("%s %d %s", r.Proto, r.Status, r.Reason)))
		t.fields(answeredSign, r.Header, r.Trailer)
	}
	if x.Failure != nil {
		t.say("! ", red, breakText(x.Failure))
	}
	if x.Decoded != nil && len(x.Decoded.Message) > 0 {
		t.message(x.Decoded.Message)
	}
	if err := t.contents(x); err != nil {
		return err
	}
	if _, err := w.Write(t.b.Bytes()); err != nil {
		return err
	}
	if t.bodies {
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			if err := t.body(w, x, side); err != nil {
				return err
			}
		}
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// about says between whom it was, as far as that is known.
func (t *teller) about(x *runnertape.Exchange) {
	between := fmt.Sprintf("%s, way %s", x.URL(), x.Way)
	if x.Client != "" {
		between += fmt.Sprintf(", client %s (connection %d)", x.Client, x.Conn)
	}
	t.say("", dim, between)
	if d := x.Decoded; d != nil && d.Runner != (runnertape.Runner{}) {
		r := d.Runner
		t.say("", dim, strings.Join(strings.Fields(fmt.Sprintf("runner %s %s %s %s", r.Token, r.SystemID, r.Version, r.Executor)), " "))
	}
}

// fields are header fields with their values below each other.
func (t *teller) fields(sign string, header, trailer runnertape.Header) {
	columns := 0
	for _, h := range []runnertape.Header{header, trailer} {
		for _, f := range h {
			columns = max(columns, min(textWidth(f.Name), maxNameColumns))
		}
	}
	for _, f := range header {
		t.pair(sign, f.Name, columns, f.Value)
	}
	for _, f := range trailer {
		t.pair(sign, f.Name, columns, f.Value+" (trailer)")
	}
}

// maxNameColumns is how far longer names move the values of others.
const maxNameColumns = 32

func (t *teller) pair(sign, name string, columns int, value string) {
	name = printable(name)
	if value == "" {
		t.say(sign, cyan, name)
		return
	}
	if t.cuts() {
		half := max(4, (t.screen.width-len(detail)-textWidth(sign))/2)
		name, columns = fit(name, half), min(columns, half)
	}
	blanks := strings.Repeat(" ", max(0, columns-textWidth(name)))
	t.cut(detail+sign+name+blanks+"  ", detail+sign+t.screen.paint(cyan, name)+blanks+"  ", "", value)
}

// detail is how far everything below a line is indented.
const detail = "  "

func (t *teller) say(sign, colour, text string) {
	t.cut(detail+sign, detail+sign, colour, text)
}

// cuts tells whether what is too long for a line is cut.
func (t *teller) cuts() bool { return t.screen.width > 0 && !t.full }

// cut writes a line that begins with before, which is plain but for colours, and goes on with as much of
// text as there is room for.
func (t *teller) cut(plain, before, colour, text string) {
	text = printable(text)
	if t.cuts() {
		room := t.screen.width - textWidth(plain)
		if room < 1 {
			before = fit(plain, t.screen.width)
		}
		text = fit(text, room)
	}
	t.b.WriteString(before)
	t.b.WriteString(t.screen.paint(colour, text))
	t.b.WriteByte('\n')
}
