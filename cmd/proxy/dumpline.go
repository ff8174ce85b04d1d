package main

import (
	"io"
	"strconv"
	"time"

	"runnertape"
)

// lister prints lines for people.
type lister struct {
	screen screen
	layout layout
	line   []byte
	width  int // columns that line takes
}

// newLister is the listing: one line an exchange.
func newLister(d *dumper) func(io.Writer, *runnertape.Exchange) error {
	return newListerOn(d.screen).write
}

func newListerOn(s screen) *lister {
	return &lister{screen: s, layout: layoutFor(s.width)}
}

func (l *lister) write(w io.Writer, x *runnertape.Exchange) error {
	l.make(x)
	_, err := w.Write(append(l.line, '\n'))
	return err
}

// make puts the line of x together. Without a bound it is the same columns always, which scripts may cut.
func (l *lister) make(x *runnertape.Exchange) {
	l.line, l.width = l.line[:0], 0
	d := x.Decoded
	if d == nil {
		d = &runnertape.Decoded{Endpoint: "-"}
	}
	shows := l.layout
	l.right(strconv.FormatUint(x.ID, 10), 4, "")
	if shows.clock != "" {
		l.gap(1)
		l.left(x.Started.UTC().Format(shows.clock), 0, dim)
	}
	l.gap(1)
	l.left(printable(d.Endpoint), 18, "")
	l.gap(1)
	job := "-"
	if d.JobID != 0 {
		job = strconv.FormatInt(d.JobID, 10)
	}
	l.right(job, 6, "")
	method, path := printable(x.Request.Method), printable(x.Request.Path())
	if shows.method {
		l.gap(1)
		l.left(method, 6, "")
	}
	if shows.path > 0 {
		if l.screen.width > 0 {
			path = fitMiddle(path, shows.path)
		}
		l.gap(1)
		l.left(path, shows.path, "")
	}
	l.gap(1)
	l.left(status(x), 3, statusColour(x))
	if shows.bytes {
		l.gap(1)
		l.right(byteSize(x.Request.Body.Bytes)+" up", 11, "")
		l.gap(1)
		l.right(byteSize(responseBytes(x))+" down", 13, "")
	}
	if shows.duration {
		l.gap(1)
		l.right(duration(x), 8, "")
	}
	l.gap(2)
	text := printable(gist(x, d))
	if shows.path == 0 && !tellsPath(d.Endpoint) {
		room := l.screen.width - l.width - textWidth(method) - 3 // a blank, and what text begins with
		text = method + " " + fitMiddle(path, max(1, min(24, room))) + " " + text
	}
	l.text(text, gistColour(x))
}

func (l *lister) gap(columns int) {
	if l.screen.width > 0 {
		columns = min(columns, l.screen.width-l.width)
	}
	for range columns {
		l.line = append(l.line, ' ')
	}
	l.width += columns
}

func (l *lister) left(text string, columns int, colour string) {
	width := textWidth(text)
	l.text(text, colour)
	l.gap(max(0, columns-width))
}

func (l *lister) right(text string, columns int, colour string) {
	l.gap(max(0, columns-textWidth(text)))
	l.text(text, colour)
}

// text is cut where the line has to end.
func (l *lister) text(text, colour string) {
	if l.screen.width > 0 {
		text = fit(text, max(0, l.screen.width-l.width))
	}
	l.width += textWidth(text)
	if colour != "" {
		text = l.screen.paint(colour, text)
	}
	l.line = append(l.line, text...)
}

func status(x *runnertape.Exchange) string {
	if x.Response == nil {
		return "---"
	}
	return strconv.Itoa(x.Response.Status)
}

func statusColour(x *runnertape.Exchange) string {
	switch s := x.Status(); {
	case s >= 500 || s == 0:
		return red
	case s >= 400:
		return yellow
	case s >= 300:
		return cyan
	}
	return green
}

func responseBytes(x *runnertape.Exchange) int64 {
	if x.Response == nil {
		return 0
	}
	return x.Response.Body.Bytes
}

func duration(x *runnertape.Exchange) string {
	switch d := x.Duration(); {
	case x.Ended.IsZero():
		return "-"
	case d < time.Second:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + "ms"
	default:
		return d.Round(10 * time.Millisecond).String()
	}
}
