package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/decode"
	"runnertape/faults"
	"runnertape/redact"
	"runnertape/usage"
)

// usageOf is what the app takes, as package usage writes it down. The order is that of help.
func usageOf(app *cli.App) *usage.Program {
	program := &usage.Program{Name: app.Name, Summary: app.Usage, Flags: usageFlags(withHelp(app.Flags))}
	for _, c := range app.Commands {
		program.Commands = append(program.Commands, usage.Command{
			Name: c.Name, Summary: c.Usage, Synopsis: c.ArgsUsage, Description: c.Description,
			Flags: usageFlags(withHelp(c.Flags)), Args: argValues(c), Runs: strings.Contains(c.ArgsUsage, "-- COMMAND"),
		})
	}
	return program
}

func usageFlags(flags []cli.Flag) []usage.Flag {
	var all []usage.Flag
	for _, f := range flags {
		all = append(all, usageFlag(f))
	}
	return all
}

// usageFlag is a flag as urfave/cli has it, whose usage has the word for its value between backquotes.
func usageFlag(f cli.Flag) usage.Flag {
	doc := f.(cli.DocGenerationFlag)
	u := usage.Flag{Names: f.Names(), Summary: doc.GetUsage(), Category: f.(cli.CategorizableFlag).GetCategory(), Env: doc.GetEnvVars()}
	if before, rest, ok := strings.Cut(u.Summary, "`"); ok {
		value, after, _ := strings.Cut(rest, "`")
		u.Value, u.Summary = value, before+value+after
	}
	if text := doc.GetDefaultText(); text != "" && text != "false" && text != "0" && text != `""` {
		u.Default = strings.Trim(text, `"`)
	}
	switch f.(type) {
	case *cli.StringSliceFlag, *cli.GenericFlag:
		u.Again = true
	}
	u.Takes = flagValues(u.Names[0], u.Value)
	u.Takes.List = len(u.Takes.Words) > 0 && !u.Takes.Files && isList(f)
	return u
}

// isList tells whether urfave/cli cuts the values of a flag at commas.
func isList(f cli.Flag) bool {
	_, ok := f.(*cli.StringSliceFlag)
	return ok
}

// flagWords are the words that the values of some flags are, or may be, for completion. Those that no
// list of the program has are beside it in its help.
func flagWords() map[string][]string {
	return map[string][]string{
		"opaque":         {string(redact.OpaqueKeep), string(redact.OpaqueHash), string(redact.OpaqueDrop)},
		"endpoint":       endpointNames(),
		"state":          jobStates,
		"faults":         faultNames(),
		"colour":         {"auto", "always", "never"},
		"pace":           {"fast", "recorded"},
		"when":           {"asked", "recorded"},
		"hold":           {"recorded"},
		"trace-interval": {"recorded"},
		"body":           {"request", "response"},
		"method":         {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"},
		"level":          {"info", "warning", "error"},
		"fail-on":        {"info", "warning", "error", "none"},
		"polls":          {"all", "none"},
		"expect":         {"success", "failed"},
		"status":         {"2xx", "3xx", "4xx", "5xx", "none"},
	}
}

func endpointNames() []string {
	var names []string
	for _, e := range decode.Endpoints() {
		names = append(names, string(e))
	}
	return names
}

func faultNames() []string {
	var names []string
	for _, f := range faults.Catalogue() {
		names = append(names, f.Name)
	}
	return names
}

// recordingEndings are how the names of recordings end.
var recordingEndings = []string{".db", ".txtar"}

// flagValues is what the value of a flag may be, by the word for it in the help.
func flagValues(name, value string) usage.Values {
	v := wordValues(value)
	v.Words = append(v.Words, flagWords()[name]...)
	return v
}

// argValues is what the arguments of a command may be, by the words in its help.
func argValues(c *cli.Command) usage.Values {
	synopsis, _, _ := strings.Cut(c.ArgsUsage, "  (")
	synopsis, _, _ = strings.Cut(synopsis, "[--")
	var v usage.Values
	all := false // files, not only recordings
	for word := range strings.FieldsSeq(synopsis) {
		w := wordValues(strings.Trim(word, "[]…"))
		v.Words = append(v.Words, w.Words...)
		v.Files, v.Folders = v.Files || w.Files, v.Folders || w.Folders
		all = all || w.Files && len(w.Endings) == 0
	}
	if v.Files && !all {
		v.Endings = recordingEndings
	}
	return v
}

// wordValues is what a word of the help stands for: choices with | between, or one of the words in capitals.
func wordValues(word string) usage.Values {
	var v usage.Values
	for choice := range strings.SplitSeq(word, "|") {
		switch {
		case choice == "RECORDING", choice == "OUT", choice == "OUTPUT", choice == "A", choice == "B", strings.HasPrefix(choice, "FILE."):
			v.Files, v.Endings = true, recordingEndings
		case choice == "FILE":
			v.Files = true
		case choice == "DIR", choice == "DIR[@REV]", choice == "FOLDER":
			v.Folders = true
		case choice == "NAME" && choice != word: // NAME|FILE of faults
			v.Words = append(v.Words, faultNames()...)
		case choice != word && strings.ToLower(choice) == choice:
			v.Words = append(v.Words, choice)
		}
	}
	return v
}
