package drift

import (
	"cmp"
	"slices"

	"runnertape/decode"
)

// order sorts changes as Compare says.
func order(changes []Change) {
	endpoints := map[string]int{"": 0, Everywhere: 1}
	for i, e := range decode.Endpoints() {
		endpoints[string(e)] = i + 2
	}
	parts := map[Part]int{}
	for i, part := range Parts() {
		parts[part] = i
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(endpoints[a.Endpoint], endpoints[b.Endpoint]), cmp.Compare(b.Level, a.Level),
			cmp.Compare(a.Side, b.Side), cmp.Compare(parts[a.Part], parts[b.Part]), cmp.Compare(a.Situation, b.Situation),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Job, b.Job),
			cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After), cmp.Compare(a.Kind, b.Kind),
		)
	})
}
