package main

import (
	"github.com/urfave/cli/v2"

	"runnertape/redact"
)

func (p *process) redactCommand() *cli.Command {
	return &cli.Command{
		Name:      "redact",
		Usage:     "put stand-ins where the secrets of a recording are",
		ArgsUsage: "RECORDING -o OUT",
		Description: "For what was recorded with --keep-secrets, and for a redacted recording in which proxy scan found\n" +
			"something: what has stand-ins keeps them. A secret is replaced also where it stood before anything\n" +
			"told of it. " + outputHelp("OUT") + " RECORDING stays as it is. docs/scan.md says more.",
		Flags: append([]cli.Flag{
			outputFlag(""), madeFlag(""),
			&cli.StringFlag{Name: "key-of", Usage: "make the stand-ins that another `RECORDING` has, so that proxy merge takes both"},
			opaqueFlag(),
		}, secretFlags()...),
		Action: p.redact,
	}
}

// redactSettings are the flags of redact, checked.
type redactSettings struct {
	from, to string
	given    redact.Given
	names    []string // of given's values
	opaque   redact.Opaque
	keyOf    string // recording whose key is taken; "" for none
	json     bool   // print what was made
}

func (p *process) redact(c *cli.Context) error {
	s := &redactSettings{from: c.Args().First(), to: c.String("output"), keyOf: c.String("key-of")}
	if c.NArg() != 1 || s.from == "" || s.to == "" {
		return usagef("proxy redact takes a recording, and with -o the one to make, as in: proxy redact kept.db -o recording.db")
	}
	if c.IsSet("key-of") && s.keyOf == "" {
		return usagef("--key-of: the name of the recording is empty")
	}
	var err error
	if s.json, err = wantsMade(c, s.to); err != nil {
		return err
	}
	if s.given, s.names, err = givenSecrets(c); err != nil {
		return err
	}
	if s.opaque, err = opaqueMode(c); err != nil {
		return err
	}
	if err := refuseOutput(s.to, s.from); err != nil { // said before the work, not after
		return err
	}
	return p.redactTo(s)
}
