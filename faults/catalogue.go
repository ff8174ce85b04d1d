package faults

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed catalogue/*.faults
var catalogue embed.FS

// Shipped is a fault file that comes with the program. It begins with a comment
// in which, behind the title, stand paragraphs with a name, as "Source: …".
type Shipped struct {
	Name     string   // by which --faults knows it
	Title    string   // in one line
	Happened string   // what people saw
	Source   string   // where it is told of
	Healthy  string   // what a runner does then that has no bug
	Ends     string   // how the jobs of the tests end: "as recorded", or "build failed, others as recorded"
	Rules    []string // as they stand there
	Text     string   // the whole file
}

// Catalogue are the shipped fault files, by name.
func Catalogue() []Shipped {
	paths, err := fs.Glob(catalogue, "catalogue/*.faults")
	if err != nil {
		panic(err) // the pattern is right
	}
	var all []Shipped
	for _, path := range paths {
		text, err := catalogue.ReadFile(path)
		if err != nil {
			panic(err) // it was listed
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "catalogue/"), ".faults")
		all = append(all, read(name, string(text)))
	}
	slices.SortFunc(all, func(a, b Shipped) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Find is the shipped fault file of that name.
func Find(name string) (s Shipped, ok bool) {
	all := Catalogue()
	at := slices.IndexFunc(all, func(s Shipped) bool { return s.Name == name })
	if at < 0 {
		return s, false
	}
	return all[at], true
}

// read takes a shipped file apart.
func read(name, text string) Shipped {
	s := Shipped{Name: name, Text: text}
	paragraphs := map[string]*string{"Happened": &s.Happened, "Source": &s.Source, "Healthy": &s.Healthy, "Ends": &s.Ends}
	to := &s.Title
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			if line != "" {
				s.Rules = append(s.Rules, line)
			}
			continue
		}
		comment = strings.TrimSpace(comment)
		if key, rest, ok := strings.Cut(comment, ": "); ok && paragraphs[key] != nil {
			to, comment = paragraphs[key], rest
		}
		*to = strings.TrimSpace(*to + " " + comment)
	}
	return s
}
