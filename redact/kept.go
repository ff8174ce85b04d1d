package redact

import (
	"maps"
	"slices"
	"strings"
)

// Kinds of the names by which a value that stays is reported.
const (
	variableName = ""
	jsonKey      = "key "
	header       = "header "
)

// learnNamed learns the value of a variable, a field or a key that holds a secret and
// nothing else.
func (r *Redactor) learnNamed(kind, name, value string) {
	r.mu.Lock()
	s := r.learn(value)
	if s != nil {
		s.called(name)
	}
	r.mu.Unlock()
	if s == nil && value != "" && !notSecret[value] {
		r.note(kind + name)
	}
}

// maxKept bounds the list of values that stay.
const maxKept = 1000

// note remembers a name whose value stays.
func (r *Redactor) note(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < maxKept {
		r.kept[strings.Clone(name)] = true
	}
}

// Kept are the names of variables, keys and header fields whose values should be
// secret but stayed as they are, because they are too short, too long or too common
// to be replaced wherever they stand. In order.
func (r *Redactor) Kept() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.kept))
}
