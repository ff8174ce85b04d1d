package usage

import (
	"io"
	"slices"
	"strings"
)

// Manual is a manual page: a program, and what its command line does not tell.
type Manual struct {
	Program     *Program
	Version     string    // one line
	Date        string    // of the version, as 2006-01-02; may be empty
	Intro       string    // paragraphs on what it is for, with an empty line between
	Environment []Item    // variables beside those that set flags
	Sections    []Section // after the environment
}

// Section is a part of a manual page that has a heading.
type Section struct {
	Heading string
	Text    string // paragraphs before the items
	Items   []Item
}

// Item is a line of a list: a term, and what it means.
type Item struct{ Term, Text string }

// Man writes the page as troff for man(7), section 1.
func Man(w io.Writer, m *Manual) error {
	p := m.Program
	e := &errWriter{w: w}
	e.f(".\\\" made by: %s man\n", p.Name)
	e.f(".TH %s 1 \"%s\" %s %s\n", roffArg(strings.ToUpper(p.Name)), m.Date, roffArg(m.Version), roffArg("User Commands"))
	e.f(".nh\n.ad l\n") // names of variables stay whole
	e.f(".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", roff(p.Name), roff(p.Summary))
	for i := range p.Commands {
		if i > 0 {
			e.f(".br\n")
		}
		e.f(".B %s\n", roffArg(p.Name+" "+p.Commands[i].Name))
		e.f("%s\n", roff(strings.TrimSpace("[flags] "+p.Commands[i].Synopsis)))
	}
	for i := range p.Flags {
		e.f(".br\n.B %s\n", roffArg(p.Name+" "+strings.Join(p.Flags[i].dashed(), " | ")))
	}
	e.f(".SH DESCRIPTION\n")
	manText(e, m.Intro)
	e.f(".SH COMMANDS\n")
	for i := range p.Commands {
		manCommand(e, &p.Commands[i])
	}
	for _, s := range slices.Concat([]Section{environment(m)}, m.Sections) {
		e.f(".SH %s\n", roffArg(strings.ToUpper(s.Heading)))
		manText(e, s.Text)
		for _, item := range s.Items {
			e.f(".TP\n.B %s\n%s\n", roffArg(item.Term), roff(item.Text))
		}
	}
	return e.err
}

func manCommand(e *errWriter, c *Command) {
	e.f(".SS %s\n", roffArg(strings.TrimSpace(c.Name+" "+c.Synopsis)))
	manText(e, upperFirst(c.Summary)+".\n\n"+c.Description)
	category := ""
	for i := range c.Flags {
		f := &c.Flags[i]
		if f.Category != category {
			category = f.Category
			e.f(".PP\n.I %s\n", roffArg(category+":"))
		}
		e.f(".TP\n\\fB%s\\fR", strings.Join(roffs(f.dashed()), `\fR, \fB`))
		if f.Value != "" {
			e.f(" \\fI%s\\fR", roff(f.Value))
		}
		e.f("\n%s\n", roff(f.Text()))
	}
}

// manText writes paragraphs.
func manText(e *errWriter, text string) {
	first := true
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph == "" {
			continue
		}
		if !first {
			e.f(".PP\n")
		}
		first = false
		e.f("%s\n", roff(paragraph))
	}
}

// environment are the variables that set flags, in the order in which they come, and the others.
func environment(m *Manual) Section {
	s := Section{Heading: "Environment", Text: "A flag that is given counts more than its variable."}
	at := map[string]int{}
	for i := range m.Program.Commands {
		c := &m.Program.Commands[i]
		for j := range c.Flags {
			for _, name := range c.Flags[j].Env {
				if n, ok := at[name]; ok {
					s.Items[n].Text += ", " + c.Name
					continue
				}
				at[name] = len(s.Items)
				s.Items = append(s.Items, Item{name, Dashed(c.Flags[j].Names[0]) + " of " + c.Name})
			}
		}
	}
	s.Items = append(s.Items, m.Environment...)
	return s
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
