package main

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/replay"
)

// playFlags say which jobs a replay hands out, to whom, and when.
func playFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "jobs", Usage: "hand out only the jobs with these numbers, `ID,…`; what they need counts as done if it is not among them", EnvVars: []string{"PROXY_JOBS"}},
		&cli.BoolFlag{Name: "loop", Usage: "when all jobs were handed out, again from the first, with new numbers and tokens, for ever", EnvVars: []string{"PROXY_LOOP"}},
		&cli.DurationFlag{
			Name: "lost-after", Usage: "offer a job again, as another, when its runner was silent about it for `TIME`; 0 never", DefaultText: "1m30s, or 5 × --trace-interval",
			EnvVars: []string{"PROXY_LOST_AFTER"},
		},
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
	o.Loop = c.Bool("loop")
	if c.IsSet("lost-after") {
		o.LostAfter = cmp.Or(c.Duration("lost-after"), -1) // less than nothing is never
		if c.Duration("lost-after") < 0 {
			return o, usagef("--lost-after: %v is less than nothing", o.LostAfter)
		}
	}
	return o, nil
}
