package main

import (
	"errors"
	"strings"
	"testing"

	"runnertape/serve"

	"github.com/urfave/cli/v2"
)

// What does not go together is told before anything is opened: the recording named here is not there.
func TestWrongTogether(t *testing.T) {
	tests := []struct{ args, want string }{
		{"--trace", "--trace writes the log of one job; name it with --job ID"},
		{"--trace --job 1 --job 2", "leave out all but one --job"},
		{"--trace --job 1,2", "leave out all but one --job"},
		{"--trace --job 1 --status 5xx", "of the filters only --job goes with it"},
		{"--trace --job 1 --limit 3", "of the filters only --job goes with it"},
		{"--trace --job 1 --json", "--trace writes a log, which is not JSON; leave out one of the two"},
		{"--trace --job 1 --curl", "--trace writes a log, which is not commands; leave out one of the two"},
		{"--trace --job 1 --follow", "--trace writes a log as it is now, --follow waits for exchanges"},
		{"--trace --job 1 -v", "-v and -vv say more in lines, --trace writes a log"},
		{"--curl --json", "--curl writes commands, which is not JSON; leave out one of the two"},
		{"--json -vv", "-v and -vv say more in lines, --json writes JSON; leave out one of the two"},
		{"--body request", "--body writes a body of one exchange; name that with --id N"},
		{"--body request --id 1,2", "name just one with --id N"},
		{"--body request --id 1-2", "name just one with --id N"},
		{"--body request --id 1 --id 2", "name just one with --id N"},
		{"--body request --id x", `--id: "x" is not the number of an exchange`},
		{"--body request --id 1 --job 5", "of the filters only --id goes with it"},
		{"--body both --id 1", "--body: name a side, request or response"},
		{"--body request --id 1 --follow", "--body writes a body as it is now, --follow waits for exchanges"},
		{"--body request --id 1 --json", "--body writes a body, which is not JSON"},
		{"--plain", "--plain is for logs; add --trace and --job ID"},
		{"--decoded", "--decoded is for bodies; add --body request or --body response"},
		{"--force", "--force is for bodies"},
		{"--full", "--full shows what -v and -vv cut; add one of them"},
		{"-o file --follow", "--output writes a file that is whole, --follow goes on"},

		{"--job x", `--job: "x" is not the number of a job; see proxy dump --help`},
		{"--job 0", "--job: 0 is not the number of a job"},
		{"--id 0", `--id: "0" is not the number of an exchange, nor two as in 3-7`},
		{"--endpoint poll", `--endpoint: there is no "poll"; there are register_runner, verify_runner,`},
		{"--status 9", `--status: "9" is no status code, as 404, 4xx, 400-409 or none is`},
		{"--since noon", `--since: "noon" is no time, as 15:04:05, 2006-01-02T15:04:05Z (UTC) or 10m are`},
		{"--until 25:00", `--until: "25:00" is no time`},
		{"--since=", "--since and --until: the time is empty"},
		{"--path=", "--path: the pattern is empty"},
		{"--method=", "--method: the name is empty"},
		{"--runner=", "--runner: the name is empty"},
		{"--grep=", "--grep: the text to look for is empty"},
		{"--limit 0", "--limit: 0 is not a number of exchanges; 1 is the least"},
		{"--limit x", `--limit: "x" is no value for it; see proxy dump --help`},
		{"--width 10", "--width: 10 columns are too few"},
		{"--colour blue", `--colour: "blue" is none of auto, always, never`},
		{"-x", "unknown flag -x; see proxy dump --help"},
		{"-vx", "unknown flag -vx; see proxy dump --help"},
	}
	for _, test := range tests {
		_, err := dumpFlagsOf(t, strings.Fields(test.args)...)
		if wrong, ok := errors.AsType[usageError](err); !ok || !strings.Contains(wrong.text, test.want) {
			t.Errorf("%s: %v, want %s", test.args, err, test.want)
		}
	}
}

// dumpFlagsOf runs `proxy dump` with these flags, on a recording that is not there. It returns the flags as they
// were understood, and the error.
func dumpFlagsOf(t *testing.T, flags ...string) (*cli.Context, error) {
	t.Helper()
	p, stop, _ := testProcess(t)
	defer stop()
	app := p.app()
	var seen *cli.Context
	dump := app.Command("dump")
	run := dump.Action
	dump.Action = func(c *cli.Context) error {
		seen = c
		return run(c)
	}
	args, err := permute(app, append([]string{"proxy", "dump", t.TempDir() + "/none.db"}, flags...))
	mustDo(t, err)
	return seen, app.Run(args)
}

// A flag counts before the environment, and that before the default.
func TestDumpSettings(t *testing.T) {
	type settings struct {
		view    string
		width   int
		colour  bool
		details int
	}
	tests := []struct {
		name, env, flags string
		want             settings
	}{
		{"default", "", "", settings{}},
		{"environment", "PROXY_JSON=1 PROXY_WIDTH=90 PROXY_COLOUR=always", "", settings{"json", 90, true, 0}},
		{"flags", "", "--json --width 100 --colour always", settings{"json", 100, true, 0}},
		{"American", "", "--color always", settings{"", 0, true, 0}},
		{"flags before the environment", "PROXY_JSON=1 PROXY_WIDTH=90 PROXY_COLOUR=always", "--json=false --width 100 --colour never", settings{"", 100, false, 0}},
		{"another form", "PROXY_JSON=1", "--curl", settings{"curl", 0, false, 0}},
		{"more lines", "PROXY_JSON=1", "-v", settings{"", 0, false, 1}},
		{"twice", "", "-v -v", settings{"", 0, false, 2}},
		{"together", "", "-vv", settings{"", 0, false, 2}},
		{"by its name", "", "--verbose", settings{"", 0, false, 1}},
		{"no bound", "PROXY_WIDTH=90", "--width 0", settings{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"PROXY_JSON", "PROXY_WIDTH", "PROXY_COLOUR", "NO_COLOR"} {
				t.Setenv(name, "")
			}
			for _, set := range strings.Fields(test.env) {
				name, value, _ := strings.Cut(set, "=")
				t.Setenv(name, value)
			}
			c, err := dumpFlagsOf(t, strings.Fields(test.flags)...)
			if !errors.Is(err, serve.ErrNoRecording) {
				t.Fatal(err)
			}
			s, err := screenOf(c, new(safeBuffer))
			mustDo(t, err)
			if got := (settings{viewOf(c).flag, s.width, s.colour, c.Count("verbose")}); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}
