package main

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape/replay"
)

// playFlags say which jobs a replay hands out, to whom, and when.
func playFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "jobs", Usage: "hand out only the jobs with these numbers, `ID,…`; what they need counts as done if it is not among them", EnvVars: []string{"PROXY_JOBS"}},
		&cli.BoolFlag{Name: "loop", Usage: "when all jobs were handed out, again from the first, with new numbers and tokens, for ever", EnvVars: []string{"PROXY_LOOP"}},
		&cli.StringFlag{
			Name: "pace", Usage: "`PACE` of all that takes a time: fast, recorded, or how many times as fast as recorded; but for fast, what --when, --trace-interval and --hold " +
				"do not say is as recorded", Value: "fast", EnvVars: []string{"PROXY_PACE"},
		},
		&cli.StringFlag{Name: "when", Usage: "hand out jobs when they are asked for, or not before they were then: `WHEN` is asked or recorded", DefaultText: "asked", EnvVars: []string{"PROXY_WHEN"}},
		&cli.StringFlag{Name: "hold", Usage: "hold a poll for `TIME` if there is no job, as GitLab's long polling does, or as recorded; 0 not at all", DefaultText: "0", EnvVars: []string{"PROXY_HOLD"}},
		&cli.StringFlag{Name: "trace-interval", Usage: "`TIME` between the pieces of its log that a runner sends, or recorded", DefaultText: "3s", EnvVars: []string{"PROXY_TRACE_INTERVAL"}},
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
	if o.Pace, err = pace(c.String("pace")); err != nil {
		return o, err
	}
	otherwise := ""
	if o.Pace > 0 {
		otherwise = "recorded"
	}
	switch when := cmp.Or(c.String("when"), otherwise, "asked"); when {
	case "recorded":
		o.AtTimes = true
	case "asked":
	default:
		return o, usagef("--when: %q is not asked or recorded", when)
	}
	if o.Hold, err = timeOrRecorded(c, "hold", cmp.Or(otherwise, "0")); err != nil {
		return o, err
	}
	if o.Hold != replay.AsRecorded && o.Hold > maxHold {
		return o, usagef("--hold: %v is more than %v, for which runners wait", o.Hold, maxHold)
	}
	if o.TraceInterval, err = timeOrRecorded(c, "trace-interval", cmp.Or(otherwise, "3s")); err != nil {
		return o, err
	}
	if o.TraceInterval != replay.AsRecorded && (o.TraceInterval < time.Second || o.TraceInterval > 15*time.Minute) {
		return o, usagef("--trace-interval: %v is not between 1s and 15m, what runners heed", o.TraceInterval)
	}
	return o, nil
}

// maxHold is for how long a runner waits for an answer (gitlab-runner network/client.go, ResponseHeaderTimeout).
const maxHold = 10 * time.Minute

// pace is how many times as fast as recorded, 0 for fast.
func pace(text string) (float64, error) {
	switch text {
	case "fast":
		return 0, nil
	case "recorded":
		return 1, nil
	}
	factor, err := strconv.ParseFloat(strings.TrimSuffix(text, "x"), 64)
	if err != nil || math.IsNaN(factor) || factor < 0.001 || factor > 1000 {
		return 0, usagef("--pace: %q is not fast, recorded, or a factor from 0.001 to 1000", text)
	}
	return factor, nil
}

// timeOrRecorded is a flag that is a time or the word recorded.
func timeOrRecorded(c *cli.Context, name, otherwise string) (time.Duration, error) {
	text := cmp.Or(c.String(name), otherwise)
	if text == "recorded" {
		return replay.AsRecorded, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, usagef("--%s: %q is not a time like 3s, or recorded; see proxy replay --help", name, text)
	}
	return d, nil
}
