package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"runnertape/har"
)

// harFlags are the flags of dump for HAR.
func harFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "har", Usage: "a HAR 1.2, as browsers and mitmproxy open it"},
		&cli.StringFlag{Name: "max-body", Value: "1MiB", Usage: "with --har: bytes of each body at most, as a `SIZE`; what is longer is cut, with a comment", EnvVars: []string{"PROXY_MAX_BODY"}},
	}
}

// showHAR writes the selected exchanges as a HAR.
func showHAR(d *dumper, w io.Writer, selected exchanges) error {
	maxBody, err := parseSize(d.c.String("max-body"))
	if err != nil {
		return usagef("--max-body: %v", err)
	}
	safe := newJSONEscaper(w)
	if err := har.Write(safe, d.src.Header(), selected, d.src.Body, har.Options{MaxBody: maxBody, Version: version()}); err != nil {
		return err
	}
	return safe.Close()
}
