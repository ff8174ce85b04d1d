package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/bare"
	"runnertape/mint"
)

func mintTemplateFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "repo", Category: mintedTemplate, Usage: "have it clone the repository in folder `DIR[@REV]` of this machine; REV is a branch, tag or commit, or else HEAD", EnvVars: []string{"PROXY_MINT_REPO"}},
		&cli.IntFlag{Name: "depth", Category: mintedTemplate, Usage: "clone `N` commits of it; 0 for all", Value: 20, EnvVars: []string{"PROXY_MINT_DEPTH"}},
		&cli.StringFlag{Name: "expect", Category: mintedTemplate, Usage: "have replay compare how it ends with `END`: success, failed or failed:EXITCODE", EnvVars: []string{"PROXY_MINT_EXPECT"}},
		&cli.StringFlag{Name: "from", Category: mintedTemplate, Usage: "change a job of `RECORDING`, with its clone and what it downloaded", EnvVars: []string{"PROXY_MINT_FROM"}},
		&cli.Int64Flag{Name: "job", Category: mintedTemplate, Usage: "that with number `ID`", EnvVars: []string{"PROXY_MINT_JOB"}},
		&cli.StringFlag{Name: "payload", Category: mintedTemplate, Usage: "change the job that the JSON in `FILE` is, with which GitLab answers POST /api/v4/jobs/request", EnvVars: []string{"PROXY_MINT_PAYLOAD"}},
		&cli.GenericFlag{Name: "set", Category: mintedTemplate, Value: new(texts), Usage: "set a field of the payload, `FIELD=JSON`, last of all; one in others is features.trace_sections; repeatable", EnvVars: []string{"PROXY_MINT_SET"}},
		&cli.Int64Flag{Name: "id", Category: mintedTemplate, Usage: "number it `ID`, if it is made of nothing", Value: 1, EnvVars: []string{"PROXY_MINT_ID"}},
		&cli.StringFlag{Name: "project", Category: mintedTemplate, Usage: "have it be of project `PATH`, if it is made of nothing", Value: "group/project", EnvVars: []string{"PROXY_MINT_PROJECT"}},
		&cli.StringFlag{Name: "seed", Category: mintedTemplate, Usage: "make tokens of `TEXT`", EnvVars: []string{"PROXY_MINT_SEED"}},
		outputFlag(mintedTemplate), madeFlag(mintedTemplate),
	}
}

// refuseMint refuses flags that do not go together.
func refuseMint(c *cli.Context) error {
	for _, name := range []string{"from", "payload", "repo"} {
		if c.IsSet(name) && c.String(name) == "" {
			return usagef("--%s: the name is empty", name)
		}
	}
	from, payload := c.String("from"), c.String("payload")
	switch {
	case from != "" && payload != "":
		return usagef("--from and --payload both say what to begin with; leave out one")
	case c.IsSet("job") && from == "":
		return usagef("--job is a job of a recording; say which with --from RECORDING")
	case from != "" && !c.IsSet("job"):
		return usagef("--from: which job of %s? Say it with --job ID; proxy jobs %s lists them", from, from)
	}
	if cmp.Or(from, payload) != "" {
		for _, name := range []string{"id", "project"} {
			if c.IsSet(name) {
				return usagef("--%s: with --from or --payload it is as it is there; leave out --%s", name, name)
			}
		}
		if len(textsOf(c, "needs")) > 0 {
			return usagef("--needs is of jobs that are made of nothing; what a recorded job needs stays, and --set dependencies=JSON says any other")
		}
		if from != "" && c.IsSet("seed") {
			return usagef("--seed: with --from tokens are those of the recording; leave out --seed")
		}
		return nil
	}
	if len(textsOf(c, "script"))+len(textsOf(c, "set")) == 0 {
		return usagef("proxy mint: the job has no script; say what it does, as in: --script 'make test', or --script @FILE")
	}
	if id := c.Int64("id"); id <= 0 {
		return usagef("--id: %d is no number of a job", id)
	}
	if slices.ContainsFunc(textsOf(c, "needs"), func(need string) bool {
		number, _, _ := strings.Cut(need, "=")
		return number == strconv.FormatInt(c.Int64("id"), 10)
	}) {
		return usagef("--needs: job %d is this job itself; number it otherwise with --id", c.Int64("id"))
	}
	if project := c.String("project"); !isProject(project) {
		return usagef("--project: %q is no path of a project, like group/project", project)
	}
	return nil
}

// isProject tells whether a path may be one of a project (GitLab lib/gitlab/path_regex.rb).
func isProject(path string) bool {
	parts := strings.Split(path, "/")
	for _, part := range parts {
		if part == "" || part[0] == '.' || part[0] == '-' || strings.ContainsFunc(part, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r))
		}) {
			return false
		}
	}
	return len(parts) > 1
}

// mintTemplate is what the job is made of. What it reads of is open until end.
func mintTemplate(c *cli.Context) (t *mint.Template, end func() error, err error) {
	end = func() error { return nil }
	switch from, payload := c.String("from"), c.String("payload"); {
	case from != "":
		src, err := openRecording(from)
		if err != nil {
			return nil, nil, err
		}
		if err := refuseUnfinished(src, from); err != nil {
			return nil, nil, errors.Join(err, src.Close())
		}
		t, err := mint.FromRecording(src, c.Int64("job"))
		if no, ok := errors.AsType[*runnertape.NoSuchJob](err); ok {
			err = fmt.Errorf("--job: %w", no)
		} else if err != nil {
			err = fmt.Errorf("%s: %w", from, err)
		}
		if err != nil {
			return nil, nil, errors.Join(err, src.Close())
		}
		return t, src.Close, nil
	case payload != "":
		text, err := os.ReadFile(payload)
		if err != nil {
			return nil, nil, fmt.Errorf("--payload: %w", err)
		}
		if t, err = mint.FromPayload(c.String("seed"), text); err != nil {
			return nil, nil, fmt.Errorf("--payload %s: %w", payload, err)
		}
		return t, end, nil
	}
	return mint.New(mint.Origin{Seed: c.String("seed"), Job: c.Int64("id"), Project: c.String("project")}), end, nil
}

// mintClone has the installed git make the clone of a repository of this machine.
func (p *process) mintClone(repo string, depth int, t *mint.Template) (*bare.Clone, error) {
	dir, revision := repo, "HEAD"
	if at := strings.LastIndexByte(repo, '@'); at > 0 {
		if _, err := os.Stat(repo); err != nil { // else it is the name of a folder
			dir, revision = repo[:at], repo[at+1:]
		}
	}
	clone, err := bare.Local(p.cut, dir, revision, depth, t.Refs()...)
	if err == nil && clone.Dirty && dir == repo {
		p.say("what is changed in %s and not committed is not in the clone", dir)
	}
	return clone, err
}

func mintedClone(c *bare.Clone, depth int) *mint.Clone {
	clone := &mint.Clone{
		Name: c.Name, Tag: c.Tag, SHA: c.SHA, SHA256: c.SHA256, Depth: depth,
		Author: c.Author, Message: c.Message, Authored: c.Authored,
	}
	for i := range c.Calls {
		clone.Calls = append(clone.Calls, mint.GitCall{Posted: c.Calls[i].Posted, Request: c.Calls[i].Request, Open: c.Calls[i].Open})
	}
	return clone
}
