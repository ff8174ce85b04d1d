package usage

import (
	"slices"
	"strings"
)

// Program is a program with commands, as in: git log --oneline.
type Program struct {
	Name     string    // as it is typed
	Summary  string    // what it is for, in half a line
	Flags    []Flag    // those without a command
	Commands []Command // in the order of its help
}

// Command is one command of a program.
type Command struct {
	Name        string
	Summary     string
	Synopsis    string // its arguments as help shows them, "[RECORDING]"; may be empty
	Description string // paragraphs, with an empty line between
	Flags       []Flag // in the order of its help
	Args        Values // what its arguments may be, wherever they stand
	Runs        bool   // behind -- comes a command of the user's
}

// Flag is one flag.
type Flag struct {
	Names    []string // the first is the one to show; without dashes
	Value    string   // a word for its value, as FILE; empty if it takes none
	Summary  string
	Category string   // its part of the help; may be empty
	Default  string   // in words; empty if there is none worth saying
	Env      []string // variables that set it too
	Again    bool     // it may be given more than once
	Takes    Values   // what its value may be, if it takes one
}

// Values is what an argument or the value of a flag may be. The zero value is anything that
// cannot be told beforehand.
type Values struct {
	Words   []string // these
	List    bool     // several of Words, with commas between
	Files   bool     // a file
	Endings []string // of Files only those that end so, as ".db"; none for all
	Folders bool     // a folder; with Files folders are on the way anyway
}

// nothing tells that there is nothing to complete.
func (v Values) nothing() bool { return len(v.Words) == 0 && !v.Files && !v.Folders }

// equal tells whether v and w may be the same.
func (v Values) equal(w Values) bool {
	return slices.Equal(v.Words, w.Words) && slices.Equal(v.Endings, w.Endings) &&
		v.List == w.List && v.Files == w.Files && v.Folders == w.Folders
}

// Dashed is the name of a flag as it is typed: one of one letter has one dash.
func Dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// dashed are all names of the flag as they are typed.
func (f *Flag) dashed() []string {
	var names []string
	for _, name := range f.Names {
		names = append(names, Dashed(name))
	}
	return names
}

// Text is the summary with default and variables, as help has it.
func (f *Flag) Text() string {
	text := f.Summary
	if f.Default != "" {
		text += " (default: " + f.Default + ")"
	}
	for _, name := range f.Env {
		text += " [$" + name + "]"
	}
	return text
}

// gist is the summary without what stands behind its first semicolon: what fits beside a name.
func (f *Flag) gist() string {
	clause, _, _ := strings.Cut(f.Summary, "; ")
	return clause
}
