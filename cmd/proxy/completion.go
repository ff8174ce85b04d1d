package main

import (
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/usage"
)

// shells are those that completion is written for.
var shells = []struct {
	name  string
	write func(io.Writer, *usage.Program) error
}{{"bash", usage.Bash}, {"zsh", usage.Zsh}, {"fish", usage.Fish}}

func shellNames() []string {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	return names
}

func (p *process) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script by which a shell completes commands, flags and values",
		ArgsUsage: strings.Join(shellNames(), "|"),
		Description: "The script knows the flags of this proxy, and starts no program when Tab is pressed. For the shell you are in, and for each later one:\n\n" +
			"bash: source <(proxy completion bash), also as a line of ~/.bashrc. In bash 3.2, of macOS: eval \"$(proxy completion bash)\"\n\n" +
			"zsh: source <(proxy completion zsh), also in ~/.zshrc behind compinit; or save it as _proxy in a folder of $fpath.\n\n" +
			"fish: proxy completion fish >~/.config/fish/completions/proxy.fish",
		Action: p.completion,
	}
}

func (p *process) completion(c *cli.Context) error {
	if c.NArg() != 1 {
		return usagef("proxy completion takes the name of a shell: %s", strings.Join(shellNames(), ", "))
	}
	at := slices.Index(shellNames(), c.Args().First())
	if at < 0 {
		return usagef("there is no completion for %q; there is for %s", c.Args().First(), strings.Join(shellNames(), ", "))
	}
	return shells[at].write(p.stdout, usageOf(p.app()))
}
