package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpColumns is how wide help is, and flagColumns how much of that the flags take.
const (
	helpColumns = 80
	flagColumns = 20
)

// helpTemplate is the help of a command with many flags, by category and in the order they were given in.
// That of urfave/cli sorts them, says repeatable ones twice, and takes no care of the width.
func helpTemplate(c *cli.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "NAME:\n   proxy %s - %s\n\nUSAGE:\n   proxy %s [flags] %s\n\n", c.Name, c.Usage, c.Name, c.ArgsUsage)
	for line := range strings.Lines(c.Description) {
		fmt.Fprintln(&b, strings.TrimRight("   "+line, " \n"))
	}
	category := ""
	for _, f := range c.Flags {
		if in := f.(cli.CategorizableFlag).GetCategory(); in != category {
			category = in
			fmt.Fprintf(&b, "\n%s:\n", strings.ToUpper(category))
		}
		writeFlag(&b, f.(cli.DocGenerationFlag))
	}
	return "{{`" + strings.ReplaceAll(b.String(), "`", "'") + "`}}"
}

// writeFlag writes names and usage beside each other, or below if the names are long.
func writeFlag(b *strings.Builder, f cli.DocGenerationFlag) {
	usage, value := f.GetUsage(), ""
	if before, rest, ok := strings.Cut(usage, "`"); ok { // the placeholder
		name, after, _ := strings.Cut(rest, "`")
		usage, value = before+name+after, " "+name
	}
	var names []string
	for _, name := range f.(cli.Flag).Names() {
		dashes := "--"
		if len(name) == 1 {
			dashes = "-"
		}
		names = append(names, dashes+name)
	}
	if text := f.GetDefaultText(); text != "" && text != "false" && text != "0" && text != `""` {
		usage += " (default: " + strings.Trim(text, `"`) + ")"
	}
	for _, name := range f.GetEnvVars() {
		usage += " [$" + name + "]"
	}
	line := fmt.Sprintf("   %-*s", flagColumns, strings.Join(names, ", ")+value)
	if len(line) > flagColumns+3 {
		fmt.Fprintln(b, line)
		line = strings.Repeat(" ", flagColumns+3)
	}
	for _, word := range strings.Fields(usage) {
		if len(line)+2+len(word) > helpColumns {
			fmt.Fprintln(b, line)
			line = strings.Repeat(" ", flagColumns+3)
		}
		if len(line) == flagColumns+3 {
			line += " "
		}
		line += " " + word
	}
	fmt.Fprintln(b, line)
}
