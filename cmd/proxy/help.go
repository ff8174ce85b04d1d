package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/usage"
)

// helpColumns is how wide help is, and flagColumns how much of that the flags take.
const (
	helpColumns = 80
	flagColumns = 20
)

// helpTemplate is the help of a command, its flags by category and in the order they were given in.
// That of urfave/cli sorts them, says repeatable ones twice, and takes no care of the width.
func helpTemplate(c *cli.Command) string {
	var b strings.Builder
	fmt.Fprintln(&b, "NAME:")
	for _, line := range wrapped(fmt.Sprintf("proxy %s - %s", c.Name, c.Usage), helpColumns-3) {
		fmt.Fprintln(&b, "   "+line)
	}
	fmt.Fprintf(&b, "\nUSAGE:\n")
	fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("   proxy %s [flags] %s", c.Name, c.ArgsUsage), " "))
	for paragraph := range strings.SplitSeq(c.Description, "\n\n") {
		fmt.Fprintln(&b)
		for _, line := range wrapped(paragraph, helpColumns-3) {
			fmt.Fprintln(&b, "   "+line)
		}
	}
	category := ""
	for _, f := range withHelp(c.Flags) {
		if in := cmp.Or(f.(cli.CategorizableFlag).GetCategory(), uncategorized); in != category {
			category = in
			fmt.Fprintf(&b, "\n%s:\n", strings.ToUpper(category))
		}
		writeFlag(&b, usageFlag(f))
	}
	return "{{`" + strings.ReplaceAll(b.String(), "`", "'") + "`}}"
}

// uncategorized heads the flags of commands that have few.
const uncategorized = "Flags"

// withHelp are flags and what urfave/cli adds, in the category of the last before it.
func withHelp(flags []cli.Flag) []cli.Flag {
	f := &cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show help"}
	if n := len(flags); n > 0 {
		f.Category = flags[n-1].(cli.CategorizableFlag).GetCategory()
	}
	return append(flags[:len(flags):len(flags)], f)
}

// writeFlag writes names and usage beside each other, or below if the names are long.
func writeFlag(b *strings.Builder, f usage.Flag) {
	var names []string
	for _, name := range f.Names {
		names = append(names, usage.Dashed(name))
	}
	head := strings.TrimSpace(strings.Join(names, ", ") + " " + f.Value)
	if len(head) > flagColumns {
		fmt.Fprintln(b, "   "+head)
		head = ""
	}
	for _, line := range wrapped(f.Text(), helpColumns-flagColumns-5) {
		fmt.Fprintf(b, "   %-*s  %s\n", flagColumns, head, line)
		head = ""
	}
}
