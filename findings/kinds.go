package findings

import (
	"slices"
	"strings"
)

// Kind is what all findings of one kind have in common. docs/findings.md says
// what each means and what to do about it.
type Kind struct {
	Name    string `json:"kind"`    // in snake_case
	Weight  Weight `json:"weight"`  // how bad it is
	Section string `json:"section"` // of docs/protocol.md it rests on
}

// Kinds are all kinds there are, by name.
func Kinds() []Kind {
	list := make([]Kind, 0, len(kinds))
	for _, k := range kinds {
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// kinds are filled by the variables that stand beside the rules.
var kinds []*Kind

func kind(name string, weight Weight, section string) *Kind {
	k := &Kind{Name: name, Weight: weight, Section: section}
	kinds = append(kinds, k)
	return k
}
