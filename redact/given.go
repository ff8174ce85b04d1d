package redact

import "regexp"

// Given is what a user says is secret.
type Given struct {
	Values   []string         // secrets
	Patterns []*regexp.Regexp // what matches is one
}

// Give makes what the user says secrets. Unfit are the indexes of values that cannot be replaced.
func (r *Redactor) Give(g Given) (unfit []int) {
	for i, value := range g.Values {
		if !r.Learn(value) {
			unfit = append(unfit, i)
		}
	}
	return unfit
}
