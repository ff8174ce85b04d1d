package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// permute puts flags before arguments, wherever they stood: urfave/cli stops
// reading flags at the first argument.
func permute(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 {
		return args, nil
	}
	command := app.Command(args[1])
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
