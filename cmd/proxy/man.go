package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/usage"
)

func (p *process) manCommand() *cli.Command {
	return &cli.Command{
		Name:        "man",
		Usage:       "print the manual page, as troff",
		Description: "All commands and flags on one page.\n\nTo read it: proxy man | man -l -\n\nTo install it: proxy man >/usr/local/share/man/man1/proxy.1",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("proxy man takes no arguments")
			}
			return usage.Man(p.stdout, manual(p.app()))
		},
	}
}

// manual is the manual page: the app, and what its flags do not tell.
func manual(app *cli.App) *usage.Manual {
	b := buildOf()
	program := usageOf(app)
	for i := range program.Commands { // the same page on every machine
		for j := range program.Commands[i].Flags {
			f := &program.Commands[i].Flags[j]
			f.Default = strings.ReplaceAll(f.Default, configDir(), "~/.config/runnertape")
		}
	}
	date, _, _ := strings.Cut(b.date, "T")
	return &usage.Manual{
		Program: program, Version: "runnertape " + b.version, Date: date,
		Intro: "proxy stands between GitLab Runner and GitLab, records what they say to each other, prints it, and plays " +
			"GitLab's part again offline for any unmodified runner.\n\n" +
			"Flags may stand before or after the arguments. Data goes to stdout, everything else to stderr. " +
			"proxy COMMAND --help shows one command.",
		Environment: []usage.Item{
			{Term: "XDG_CONFIG_HOME, HOME", Text: "where the folder of the CAs is"},
			{Term: "TMPDIR", Text: "where demo and replay keep what they need until they end"},
			{Term: "SSL_CERT_FILE, SSL_CERT_DIR", Text: "certificates to trust instead of the system's, on Linux; --upstream-ca adds some anywhere"},
			{Term: "NO_COLOR, TERM=dumb", Text: "no colours where --colour says nothing else"},
		},
		Sections: []usage.Section{
			{Heading: "Exit status", Items: []usage.Item{
				{Term: "0", Text: "done; also after Ctrl-C, which lets what is under way end"},
				{Term: "1", Text: "failed: one line on stderr says what, and what to do; also a check that found damage, a scan that found a secret, a diff with an error, and a replay that handed out no job or whose jobs had not ended at --timeout"},
				{Term: "2", Text: "wrong usage"},
				{Term: "3", Text: "a replay saw a request that the recording cannot answer; with --strict also if a job was not asked for or ended otherwise, or a request came with a wrong job token"},
				{Term: "141", Text: "nobody read stdout to its end: what a shell says of programs that a closed pipe ends"},
				{Term: "other", Text: "that of COMMAND behind replay --, if it failed"},
			}},
			{Heading: "Files", Items: []usage.Item{
				{Term: defaultRecording, Text: "the recording, unless one is named"},
				{Term: "RECORDING.sock", Text: "where a recorder answers those who read what it is recording; of mode 0600"},
				{Term: "*.txtar", Text: "a recording as text"},
				{Term: "~/.config/runnertape/HOST/ca.pem, ca-key.pem", Text: "the CA for an upstream: what runners are told to trust, and its key, of mode 0600. " +
					"On macOS in ~/Library/Application Support/runnertape, on Windows in %AppData%\\runnertape"},
			}},
			{Heading: "Examples", Items: []usage.Item{
				{Term: "proxy demo", Text: "see it all, without GitLab or a runner"},
				{Term: "proxy record --upstream https://gitlab.example.com bug.db", Text: "record until Ctrl-C"},
				{Term: "proxy dump --job 42 --trace bug.db", Text: "the log of job 42, and nothing else"},
				{Term: "proxy replay --strict bug.db -- gitlab-runner run-single --executor shell --max-builds 1", Text: "play GitLab's part for one command"},
			}},
			{Heading: "See also", Text: "gitlab-runner(1), git(1), tcpdump(1)"},
		},
	}
}
