package redact

import "regexp"

// Given is what a user says is secret.
type Given struct {
	Values   []string         // secrets; blanks around them do not count
	Patterns []*regexp.Regexp // what matches within a line is one, or its first group if there is one
}

// givenName is the name of a secret that the user told of.
const givenName = "--secret"

// Give makes what the user says secrets, which are never forgotten. Unfit are the indexes of values that are
// too short, too long or too uniform to be replaced wherever they stand.
func (r *Redactor) Give(g Given) (unfit []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, value := range g.Values {
		if s := r.known(value); s != nil {
			s.hold(&r.recall)
			s.called(givenName)
		} else {
			unfit = append(unfit, i)
		}
	}
	if len(g.Patterns) > 0 {
		r.patterns = append(r.patterns, g.Patterns...)
		r.forms.change++ // what was redacted without them is not done
	}
	return unfit
}
