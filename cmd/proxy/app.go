package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

const defaultRecording = "recording.db"

// run parses the command line and runs the command. It returns the exit code.
func (p *process) run() int {
	app := p.app()
	args, child := cutCommand(p.args)
	p.child = child
	args, err := permute(app, args)
	if err == nil {
		err = app.Run(args)
	}
	return p.report(err)
}

func (p *process) app() *cli.App {
	app := &cli.App{
		Name:      "proxy",
		Usage:     "record, replay and print the protocol of GitLab Runner",
		UsageText: "proxy demo                               see it all, needs nothing\nproxy record --upstream URL [RECORDING]  stand between a runner and GitLab\nproxy dump [RECORDING]                   print what passed\nproxy jobs [ID] [RECORDING]              list its jobs, or tell the story of one\nproxy replay [RECORDING]                 be that GitLab",
		Flags:     []cli.Flag{versionFlag()},
		Before: func(c *cli.Context) error {
			if !c.Bool("version") {
				return nil
			}
			return cmp.Or(printVersion(p.stdout, c.App.Name), error(exitCode(exitOK))) // that was all
		},
		HideVersion: true,
		Writer:      p.stdout,
		ErrWriter:   p.stderr,
		Commands: []*cli.Command{
			p.recordCommand(), p.replayCommand(), p.faultsCommand(), p.dumpCommand(), p.jobsCommand(), p.diffCommand(), p.checkCommand(), p.exportCommand(), p.importCommand(), p.compactCommand(), p.scanCommand(), p.redactCommand(), p.mintCommand(), p.trimCommand(), p.mergeCommand(), p.caCommand(), p.demoCommand(), p.completionCommand(), p.manCommand(),
		},
		HideHelpCommand: true,
		Suggest:         true,
		ExitErrHandler:  func(*cli.Context, error) {}, // run decides
		OnUsageError:    p.onUsageError,
		Action: func(c *cli.Context) error {
			if c.Args().Present() && c.Args().First() != "help" {
				return unknownCommand(c.App, c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
	}
	for _, c := range app.Commands {
		c.OnUsageError = p.onUsageError
		c.HideHelpCommand = true
		c.CustomHelpTemplate = helpTemplate(c)
	}
	return app
}

func commandName(c *cli.Context) string {
	if c.Command == nil || c.Command.Name == c.App.Name {
		return ""
	}
	return c.Command.Name
}

func unknownCommand(app *cli.App, name string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	return usagef("unknown command %q; there are %s", name, strings.Join(names, ", "))
}

// recordingArg is the one argument a command takes.
func recordingArg(c *cli.Context) (string, error) {
	switch c.NArg() {
	case 0:
		return defaultRecording, nil
	case 1:
		if c.Args().First() == "" {
			return "", usagef("proxy %s: the recording's name is empty", c.Command.Name)
		}
		return c.Args().First(), nil
	}
	return "", usagef("proxy %s takes one recording, not %d arguments", c.Command.Name, c.NArg())
}

// versionFlag is as that of urfave/cli, which has but one line to print.
func versionFlag() cli.Flag {
	return &cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version, and what it reads and writes", DisableDefaultText: true}
}

// caDirFlag is where the CA lives.
func caDirFlag() cli.Flag {
	return &cli.StringFlag{
		Name:        "ca-dir",
		Usage:       "`DIR` of ca.pem and ca-key.pem, which are made there at first use",
		DefaultText: filepath.Join(configDir(), "HOST") + ", HOST being the upstream's",
		EnvVars:     []string{"PROXY_CA_DIR"},
	}
}

func upstreamFlag() cli.Flag {
	return &cli.StringFlag{Name: "upstream", Usage: "base `URL` of the GitLab to record", EnvVars: []string{"PROXY_UPSTREAM"}}
}

func interceptFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "intercept", Usage: "read the traffic of `HOST` (or HOST:PORT) too; repeatable", EnvVars: []string{"PROXY_INTERCEPT"}}
}

// configDir is where CAs live.
func configDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ".runnertape"
	}
	return filepath.Join(dir, "runnertape")
}
