package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/usage"
)

// What package flag and urfave/cli say of a command line and an environment.
var (
	unknownFlag = regexp.MustCompile(`(?s)^flag provided but not defined: -(.*)$`)
	wrongValue  = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([^ :]+): `)
	wrongEnv    = regexp.MustCompile(`^could not parse (".*") as .* value from environment variable "(.*)" for flag `)
)

// onUsageError says what is wrong with a flag as the rest of the program does.
func (p *process) onUsageError(c *cli.Context, err error, _ bool) error {
	if wrong, ok := errors.AsType[usageError](err); ok {
		return wrong
	}
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		text = "unknown flag " + p.typed(m[1])
	} else if m := wrongValue.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("%s: %s is no value for it%s", usage.Dashed(m[2]), m[1], valueHint(c, m[2]))
	} else if m := wrongEnv.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("%s in the environment: %s is no value for it", m[2], m[1])
	}
	return usagef("%s; see proxy %s --help", text, strings.TrimSpace(commandName(c)))
}

// typed is a flag as it was typed: package flag drops the second dash.
func (p *process) typed(name string) string {
	for _, arg := range p.args {
		if given, _, _ := strings.Cut(arg, "="); given == "--"+name {
			return given
		}
	}
	return "-" + name
}

// valueHint is what a flag wants, where its name does not say it.
func valueHint(c *cli.Context, name string) string {
	if c.Command == nil {
		return ""
	}
	for _, f := range c.Command.Flags {
		if _, isTime := f.(*cli.DurationFlag); isTime && slices.Contains(f.Names(), name) {
			return "; a time has a unit, as 30s or 5m"
		}
	}
	return ""
}
