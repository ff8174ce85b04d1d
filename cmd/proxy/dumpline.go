package main

import (
	"fmt"
	"io"
	"time"

	"runnertape"
)

// newLister prints lines for a person.
func newLister(*dumper) func(io.Writer, *runnertape.Exchange) error { return writeLine }

// writeLine prints x as one line for a person.
func writeLine(w io.Writer, x *runnertape.Exchange) error {
	d := x.Decoded
	if d == nil {
		d = &runnertape.Decoded{Endpoint: "-"}
	}
	job := "-"
	if d.JobID != 0 {
		job = fmt.Sprint(d.JobID)
	}
	_, err := fmt.Fprintf(w, "%4d %s %-18s %6s %-6s %-32s %s %8s up %8s down %8s  %s\n",
		x.ID, x.Started.UTC().Format("15:04:05.000"), d.Endpoint, job, printable(x.Request.Method), printable(x.Request.Path()), status(x),
		byteSize(x.Request.Body.Bytes), byteSize(responseBytes(x)), duration(x), printable(gist(x, d)))
	return err
}

func status(x *runnertape.Exchange) string {
	if x.Response == nil {
		return "---"
	}
	return fmt.Sprint(x.Response.Status)
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
		return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
	default:
		return d.Round(10 * time.Millisecond).String()
	}
}

// gist is what x means, and how it failed if it did.
func gist(x *runnertape.Exchange, d *runnertape.Decoded) string {
	text := d.Gist
	switch {
	case x.State != runnertape.Done:
		text = "not ended, as far as was recorded"
	case x.Response != nil && x.Response.Ours:
		text = "upstream could not be reached: " + failureText(x)
	case x.Failure != nil:
		who := "upstream"
		if x.Failure.Side == runnertape.RequestSide {
			who = "client"
		}
		text += fmt.Sprintf(" [broken off by the %s after %d bytes: %s]", who, x.Failure.Byte, x.Failure.Text)
	}
	return text
}

func failureText(x *runnertape.Exchange) string {
	if x.Failure == nil {
		return ""
	}
	return x.Failure.Text
}
