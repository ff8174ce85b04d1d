package main

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/replay"
)

// playFlags say which jobs a replay hands out, to whom, and when.
func playFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "jobs", Usage: "hand out only the jobs with these numbers, `ID,…`; what they need counts as done if it is not among them", EnvVars: []string{"PROXY_JOBS"}},
	}
}

// playOptions are what those flags say.
func playOptions(c *cli.Context) (o replay.Options, err error) {
	for _, text := range c.StringSlice("jobs") {
		id, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return o, usagef("--jobs: %q is not the number of a job", text)
		}
		o.Jobs = append(o.Jobs, id)
	}
	return o, nil
}
