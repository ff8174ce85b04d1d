package main

import (
	"slices"

	"github.com/urfave/cli/v2"
)

// The categories of flags in --help.
const (
	whichFlags = "Which exchanges"
	formFlags  = "Another form than lines"
	moreFlags  = "More or less of it"
)

func dumpFlags() []cli.Flag {
	return slices.Concat(filterFlags(), []cli.Flag{
		jsonFlag(formFlags, "one JSON object an exchange and line"),
		&cli.BoolFlag{Name: "curl", Category: formFlags, Usage: "one curl command an exchange, to send its request again"},
		&cli.BoolFlag{Name: "trace", Category: formFlags, Usage: "the log of --job, as GitLab holds it"},
		&cli.BoolFlag{Name: "plain", Category: formFlags, Usage: "with --trace: without colours and the marks of sections"},
		&cli.StringFlag{Name: "artifact", Category: formFlags, Usage: "artifact `NAME` of --job, as it was uploaded: the file's name, its type, or download:ID for what the job got from job ID"},
		&cli.StringFlag{Name: "body", Category: formFlags, Usage: "the `SIDE` (request or response) of exchange --id, as it was on the wire"},
		&cli.BoolFlag{Name: "decoded", Category: formFlags, Usage: "with --body: unpacked, if it was sent as gzip"},
		&cli.BoolFlag{Name: "force", Category: formFlags, Usage: "with --body and --artifact: to the terminal also what is not text; of an artifact that broke off what there is"},
	}, inCategory(formFlags, harFlags()), []cli.Flag{
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Category: moreFlags, Usage: "-v: header fields and the decoded message; -vv: bodies too"},
		&cli.BoolFlag{Name: "full", Category: moreFlags, Usage: "with -v or -vv: whole values and bodies, however long"},
		&cli.BoolFlag{Name: "follow", Category: moreFlags, Usage: "print what is there, then each exchange when it has ended, until the recorder ends"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Category: moreFlags, Usage: "write to a new `FILE`, which is whole or not there; - for stdout"},
	}, inCategory(moreFlags, screenFlags()))
}

func filterFlags() []cli.Flag {
	return inCategory(whichFlags, []cli.Flag{
		&cli.StringSliceFlag{Name: "job", Usage: "of job `ID`; repeatable"},
		runnerFlag(),
		&cli.StringSliceFlag{Name: "endpoint", Usage: "of that `NAME`, as request_job; repeatable"},
		&cli.StringSliceFlag{Name: "status", Usage: "answered `CODE`: 404, 4xx, 400-409, or none if nothing came; repeatable"},
		&cli.StringSliceFlag{Name: "method", Usage: "asked with `METHOD`; repeatable"},
		&cli.StringSliceFlag{Name: "path", Usage: "whose path is `GLOB`, * being anything; with :// in it the URL; repeatable"},
		&cli.StringFlag{Name: "since", Usage: "begun at `TIME` or later: 15:04:05, 2006-01-02T15:04:05Z (UTC), or 10m before the last exchange"},
		&cli.StringFlag{Name: "until", Usage: "begun before `TIME`"},
		&cli.BoolFlag{Name: "errors", Usage: "that failed: broken off, not reached, or answered 4xx or 5xx out of the ordinary course"},
		&cli.StringFlag{Name: "grep", Usage: "with `TEXT` in a body, unpacked, case as typed"},
		&cli.StringSliceFlag{Name: "id", Usage: "of number `N`, or N-M; repeatable"},
		&cli.IntFlag{Name: "limit", Usage: "the first `N` of all that", DefaultText: "all"},
	})
}

// runnerFlag is what isRunner reads.
func runnerFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "runner", Usage: "of runner `WHO`: the beginning of its short token, system id or version, or its executor; repeatable"}
}

// inCategory puts flags into a part of --help.
func inCategory(category string, flags []cli.Flag) []cli.Flag {
	for _, f := range flags {
		switch f := f.(type) {
		case *cli.StringSliceFlag:
			f.Category = category
		case *cli.StringFlag:
			f.Category = category
		case *cli.BoolFlag:
			f.Category = category
		case *cli.IntFlag:
			f.Category = category
		}
	}
	return flags
}

// filterNames are the flags that select exchanges.
func filterNames() []string {
	var names []string
	for _, f := range filterFlags() {
		names = append(names, f.Names()[0])
	}
	return names
}
