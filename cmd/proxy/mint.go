package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"runnertape/decode"
	"runnertape/mint"
	"runnertape/store"
)

func (p *process) mintCommand() *cli.Command {
	return &cli.Command{
		Name:      "mint",
		Usage:     "make the recording of a job that never ran, for a runner to do",
		ArgsUsage: "-o OUT",
		Description: "The recording has what GitLab would say of such a job, and proxy replay OUT gives it to a runner. It is made\n" +
			"of nothing, of a payload, or of a job of a recording with its clone and what it downloaded; what no flag says stays.\n" +
			"Without --repo or --from nothing is cloned (GIT_STRATEGY is none).\n\n" +
			outputHelp("OUT") + " The same\n" +
			"flags give the same bytes. docs/mint.md says more.",
		Flags:  slices.Concat(mintJobFlags(), mintFileFlags(), mintVariableFlags(), mintTemplateFlags()),
		Action: p.mint,
	}
}

func (p *process) mint(c *cli.Context) error {
	to := c.String("output")
	if c.NArg() > 0 || to == "" {
		return usagef("proxy mint takes flags alone, and with -o the recording to make, as in: proxy mint --script 'make test' -o job.txtar")
	}
	asJSON, err := wantsMade(c, to)
	if err != nil {
		return err
	}
	job, err := mintJob(c)
	if err != nil {
		return err
	}
	if err := refuseMint(c); err != nil {
		return err
	}
	if err := refuseOutput(to); err != nil {
		return err
	}
	if outputFormOf(to) != textFolder {
		if err := refuseUnwritable(to); err != nil {
			return err
		}
	}
	template, end, err := mintTemplate(c)
	if err != nil {
		return err
	}
	defer end()
	if dir := c.String("repo"); dir != "" {
		clone, err := p.mintClone(dir, c.Int("depth"), template)
		if err != nil {
			return fmt.Errorf("--repo: %w", err)
		}
		defer clone.Close()
		job.Clone = mintedClone(clone, c.Int("depth"))
	}
	minted, err := template.Mint(job)
	if err != nil {
		return fmt.Errorf("mint %s: %w", to, err)
	}
	kept := newCopyCount()
	if err := p.saveMinted(to, minted, kept); err != nil {
		return copyError("mint "+to, err)
	}
	p.sayMinted(to, minted, job)
	return p.printMade(asJSON, made{Recording: to, Exchanges: kept.exchanges, Jobs: kept.jobs})
}

// saveMinted writes it in the form that the name says, and counts what it has.
func (p *process) saveMinted(to string, minted *mint.Recording, kept *copyCount) error {
	return makeRecording(to, minted.Header(), func(w *store.Writer) error {
		return copyAll(w, minted, interruptible(p.done, minted.Exchanges()), kept)
	}, func(path string) error { return p.nameRecording(path, to) })
}

// sayMinted says what was made, what is wrong with it, and what to do with it.
func (p *process) sayMinted(to string, minted *mint.Recording, job mint.Job) {
	m := minted.Message()
	p.say("minted %s: job %d %q", to, m.Job.ID, m.Job.JobInfo.Name)
	for _, reason := range m.Lost {
		p.log.Warn("runners lose such a job: " + reason)
	}
	for _, reason := range m.Fails {
		p.log.Warn("runners fail such a job before its script: " + reason)
	}
	if len(m.Lost) == 0 && !runs(m.Job) {
		p.log.Warn("it has no script, and succeeds without running anything; say what it does with --script")
	}
	if kind := twice(m.Job.Artifacts); kind != "" {
		p.log.Warn("of two uploads of type " + kind + " GitLab, and a replay, refuses the second; say all paths in one")
	}
	if project := minted.Lacks(); project != "" {
		p.say("it will fail to clone %s, of which there is nothing to clone; say --repo DIR, or --variable GIT_STRATEGY=none", project)
	}
	if n := len(minted.Secrets()); n > 0 {
		p.say("it is not redacted: it has %s, which proxy scan names; proxy redact makes a copy to share", count(int64(n), "secret"))
	}
	switch {
	case len(job.Needs) > 0:
		p.say("it downloads what job %d uploads: put both together with proxy merge, and replay that", job.Needs[0].Job)
	case to != "-":
		p.say("give it to a runner with: proxy replay %s", to)
	}
}

// runs tells whether there is anything to run in a job.
func runs(job *decode.JobPayload) bool {
	return len(job.RunSteps) > 0 || slices.ContainsFunc(job.Steps, func(s decode.Step) bool { return len(s.Script) > 0 })
}

// twice is a type of upload that is made more than once when a job ends in one way; "" if there is none.
func twice(uploads []decode.Artifact) string {
	when := func(u decode.Artifact) string { return cmp.Or(u.When, "on_success") }
	for i, u := range uploads {
		for _, other := range uploads[:i] {
			if u.Type == other.Type && (when(u) == when(other) || when(u) == "always" || when(other) == "always") {
				return cmp.Or(u.Type, "archive")
			}
		}
	}
	return ""
}
