package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"runnertape"
)

// wrongTogether refuses flags that say nothing together, with advice, before anything is opened.
func wrongTogether(c *cli.Context) error {
	for _, rule := range dumpRules() {
		if rule.broken(c) {
			return usageError{rule.advice}
		}
	}
	return nil
}

// rule is a combination of flags that is wrong.
type rule struct {
	broken func(c *cli.Context) bool
	advice string
}

// dumpRules are all of them; of several that are broken the first is told.
func dumpRules() []rule {
	rules := []rule{
		{without("trace", "job"), "--trace writes the log of one job; name it with --job ID"},
		{func(c *cli.Context) bool { return isOn(c, "trace") && len(c.StringSlice("job")) > 1 }, "--trace writes the log of one job; leave out all but one --job"},
		{withFilter("trace", "job"), "--trace writes a whole log; of the filters only --job goes with it"},
		{without("body", "id"), "--body writes a body of one exchange; name that with --id N"},
		{func(c *cli.Context) bool { return isOn(c, "body") && !isOneID(c.StringSlice("id")) }, "--body writes a body of one exchange; name just one with --id N"},
		{withFilter("body", "id"), "--body writes a body of one exchange; of the filters only --id goes with it"},
		{func(c *cli.Context) bool { return isOn(c, "body") && !isSide(c.String("body")) }, "--body: name a side, request or response"},
		{without("plain", "trace"), "--plain is for logs; add --trace and --job ID, or leave it out"},
		{without("decoded", "body"), "--decoded is for bodies; add --body request or --body response, or leave it out"},
		{without("force", "body", "artifact"), "--force is for bodies and artifacts; add --body request, --body response or --artifact NAME, or leave it out"},
		{func(c *cli.Context) bool { return without("max-body", "har")(c) && os.Getenv("PROXY_MAX_BODY") == "" }, "--max-body bounds the bodies of --har; leave it out, or add --har"},
		{without("full", "verbose"), "--full shows what -v and -vv cut; add one of them"},
		{func(c *cli.Context) bool { return toFile(c) && isOn(c, "follow") }, "--output writes a file that is whole, --follow goes on; leave out one of the two, or use > FILE"},
		{without("artifact", "job"), "--artifact writes a file of one job; name it with --job ID"},
		{func(c *cli.Context) bool { return isOn(c, "artifact") && len(c.StringSlice("job")) > 1 }, "--artifact writes a file of one job; leave out all but one --job"},
		{func(c *cli.Context) bool { return c.IsSet("artifact") && c.String("artifact") == "" }, "--artifact: the name is empty; name a file, as artifacts.zip"},
		{withFilter("artifact", "job"), "--artifact looks at a whole job; of the filters only --job goes with it"},
	}
	for i, v := range views[1:] {
		rules = append(rules, rule{
			func(c *cli.Context) bool { return given(c, v.flag) && isOn(c, "verbose") },
			fmt.Sprintf("-v and -vv say more in lines, --%s writes %s; leave out one of the two", v.flag, v.is),
		})
		for _, other := range views[1 : i+1] {
			rules = append(rules, rule{
				func(c *cli.Context) bool { return given(c, v.flag) && given(c, other.flag) },
				fmt.Sprintf("--%s writes %s, which is not %s; leave out one of the two", v.flag, v.is, other.is),
			})
		}
		if !v.follow {
			rules = append(rules, rule{both(v.flag, "follow"), fmt.Sprintf("--%s writes %s as it is now, --follow waits for exchanges; leave out one of the two", v.flag, v.is)})
		}
	}
	return rules
}

// toFile tells whether --output names a file.
func toFile(c *cli.Context) bool { return c.String("output") != "" && c.String("output") != "-" }

func isOneID(texts []string) bool {
	if len(texts) != 1 {
		return false
	}
	n, err := parseNumbers(texts[0])
	return err != nil || n.from == n.to // what is no number is told elsewhere
}

func isSide(text string) bool { return new(runnertape.Side).UnmarshalText([]byte(text)) == nil }

// both is broken by two flags that do not go together.
func both(a, b string) func(*cli.Context) bool {
	return func(c *cli.Context) bool { return isOn(c, a) && isOn(c, b) }
}

// without is broken by a flag that needs one of others.
func without(flag string, needs ...string) func(*cli.Context) bool {
	return func(c *cli.Context) bool {
		return isOn(c, flag) && !slices.ContainsFunc(needs, func(need string) bool { return isOn(c, need) })
	}
}

// withFilter is broken by a flag that goes with no filter but one.
func withFilter(flag, but string) func(*cli.Context) bool {
	return func(c *cli.Context) bool {
		return isOn(c, flag) && slices.ContainsFunc(filterNames(), func(name string) bool { return name != but && isOn(c, name) })
	}
}

// isOn tells whether a flag is set to something, by the command line or the environment.
func isOn(c *cli.Context, name string) bool {
	switch c.Value(name).(type) {
	case nil:
		return false
	case bool:
		return c.Bool(name)
	}
	return c.IsSet(name)
}

// given tells whether a flag is set by the command line, if the environment may set it too.
func given(c *cli.Context, name string) bool {
	if _, ok := c.Value(name).(bool); ok {
		return c.Bool(name) && c.Count(name) > 0
	}
	return isOn(c, name)
}
