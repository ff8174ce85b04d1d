package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// permute puts flags before arguments, wherever they stood: urfave/cli stops
// reading flags at the first argument.
func permute(app *cli.App, args []string) ([]string, error) {
	command := commandOf(app, args)
	if command == nil {
		return args, nil
	}
	out, rest := append([]string(nil), args[:2]...), []string(nil)
	for i := 2; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			rest = append(rest, arg)
			continue
		}
		out = append(out, arg)
		if arg == "-h" || arg == "--help" || arg == "-help" {
			return out, nil // help is for the command, whatever else was said
		}
		if name := strings.TrimLeft(arg, "-"); !strings.Contains(name, "=") && takesValue(command, name) {
			if i+1 == len(args) {
				return nil, usagef("flag %s needs a value; see proxy %s --help", arg, command.Name)
			}
			i++
			out = append(out, args[i])
		}
	}
	if len(rest) > 0 {
		out = append(append(out, "--"), rest...)
	}
	return out, nil
}

// commandOf is the command that args name; nil if they name none.
func commandOf(app *cli.App, args []string) *cli.Command {
	if len(args) < 2 {
		return nil
	}
	return app.Command(args[1])
}

// cutCommand takes off what stands behind the first -- of the command that runs a command of the user's: replay. It is
// not nil if there is a --.
func cutCommand(args []string) (own, child []string) {
	if len(args) < 2 || args[1] != "replay" {
		return args, nil
	}
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i:i], args[i+1:]
	}
	return args, nil
}

func takesValue(c *cli.Command, name string) bool {
	for _, f := range c.Flags {
		for _, n := range f.Names() {
			if n == name {
				_, isBool := f.(*cli.BoolFlag)
				return !isBool
			}
		}
	}
	return false
}
