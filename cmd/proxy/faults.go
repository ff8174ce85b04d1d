package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/urfave/cli/v2"

	"runnertape/faults"
	"runnertape/replay"
)

func (p *process) faultsCommand() *cli.Command {
	return &cli.Command{
		Name:      "faults",
		Usage:     "list the shipped fault files of replay --faults, or print one",
		ArgsUsage: "[NAME|FILE]",
		Description: "A fault file says what is to go wrong in a replay, a line for each fault. Print a shipped one to make your own of it; " +
			"of a FILE it is checked that it is right. docs/faults.md has the grammar.",
		Flags: append([]cli.Flag{
			jsonFlag("", "list one JSON object a line"),
		}, screenFlags()...),
		Action: p.faults,
	}
}

func (p *process) faults(c *cli.Context) error {
	if c.NArg() > 1 {
		return usagef("proxy faults takes one name, not %d", c.NArg())
	}
	if c.NArg() == 1 {
		return p.printFaults(c.Args().First())
	}
	s, err := screenOf(c, p.stdout)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(p.stdout)
	if c.Bool("json") {
		lines := newJSONLines()
		for _, f := range faults.Catalogue() {
			if err := lines.write(w, jsonFaults{f.Name, f.Title, f.Happened, f.Source, f.Healthy, f.Ends, f.Rules}); err != nil {
				return err
			}
		}
	} else {
		writeTable(w, s, faultsTable(faults.Catalogue()))
	}
	return w.Flush()
}

// jsonFaults is a shipped fault file as `proxy faults --json` lists it.
type jsonFaults struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Happened string   `json:"happened"`
	Source   string   `json:"source"`
	Healthy  string   `json:"healthy"`
	Ends     string   `json:"ends"`
	Rules    []string `json:"rules"`
}

// faultsTable is the list of shipped fault files. For a program its fields are: name, title.
func faultsTable(all []faults.Shipped) *table {
	t := &table{columns: []column{{title: "NAME"}, {title: "WHAT HAPPENS", wrap: true, easy: 30, least: 20}}}
	for _, f := range all {
		t.rows = append(t.rows, []cell{{full: f.Name}, {full: f.Title}})
	}
	return t
}

// printFaults writes a fault file as it is, if it is right.
func (p *process) printFaults(name string) error {
	_, text, err := faults.Read(name)
	if err != nil {
		return asUsage(err)
	}
	_, err = io.WriteString(p.stdout, text)
	return err
}

// asUsage makes what is wrong with a name or a rule an error of usage; that a file cannot be read is none.
func asUsage(err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok || err == nil {
		return err
	}
	return usageError{err.Error()}
}

// faultFlags are the flags of replay that make things go wrong.
func faultFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "faults", Usage: "let go wrong what `FILE` says, a shipped one that proxy faults lists, or a rule; repeatable", EnvVars: []string{"PROXY_FAULTS"}},
		&cli.Uint64Flag{Name: "seed", Usage: "`N` decides what chance=… in faults decides", Value: 1, EnvVars: []string{"PROXY_SEED"}},
	}
}

// faultSet is what --faults and --seed say; nil if nothing is to go wrong.
func faultSet(c *cli.Context) (*faults.Set, error) {
	names := c.StringSlice("faults")
	if len(names) == 0 {
		if c.IsSet("seed") {
			return nil, usagef("--seed is for the faults of --faults")
		}
		return nil, nil
	}
	set, err := faults.ReadSet(c.Uint64("seed"), names...)
	return set, asUsage(err)
}

// sayFaults tells what is going to go wrong, and which rules cannot.
func (p *process) sayFaults(set *faults.Set, r *replay.Replayer) {
	var jobs []replay.JobReceipt
	if slices.ContainsFunc(set.Rules(), func(rule *faults.Rule) bool { return rule.Job() != "" }) { // else the jobs need not be read
		jobs = r.Receipt().Jobs
	}
	for _, rule := range set.Rules() {
		p.say("fault %s", rule)
		met := rule.Job() == ""
		for _, j := range jobs {
			met = met || rule.IsFor(j.ID, j.Name)
		}
		if !met {
			p.log.Warn(fmt.Sprintf("%s: there is no job %s in the recording", rule.Place(), rule.Job()))
		}
	}
}
