package drift

import (
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// thing is a change but for where it is.
type thing struct {
	kind                Kind
	job                 string
	side                string
	part                Part
	name, before, after string
}

func (ch *Change) thing() thing {
	return thing{ch.Kind, ch.Job, ch.Side, ch.Part, ch.Name, ch.Before, ch.After}
}

// isSaid tells whether a change is of what one side says.
func (ch *Change) isSaid() bool { return ch.Side != "" }

// withoutInfo leaves out what changed in the info object of other calls as it did in job requests:
// a runner says the same of itself everywhere (docs/protocol.md §1.4).
func withoutInfo(changes []Change) []Change {
	ofInfo := func(ch *Change) bool {
		return ch.Side == runnertape.RequestSide.String() && (ch.Name == "info" || strings.HasPrefix(ch.Name, "info."))
	}
	asked := map[thing]bool{}
	for _, ch := range changes {
		if ch.Endpoint == string(decode.RequestJob) && ofInfo(&ch) {
			asked[ch.thing()] = true
		}
	}
	return slices.DeleteFunc(changes, func(ch Change) bool {
		return ch.Endpoint != string(decode.RequestJob) && ofInfo(&ch) && asked[ch.thing()]
	})
}

// context is where a message is said.
type context struct {
	situation string
	status    int
}

// contexts are those of one side of an endpoint that both recordings have.
func (c *comparer) contexts(e decode.Endpoint, side string) []context {
	a, b := c.a.endpoints[e], c.b.endpoints[e]
	if a == nil || b == nil {
		return nil
	}
	var all []context
	for _, name := range common(a, b) {
		if side == runnertape.RequestSide.String() {
			all = append(all, context{situation: name})
			continue
		}
		for _, status := range alike(a.situations[name], b.situations[name]) {
			all = append(all, context{name, status})
		}
	}
	return all
}

// together makes one change of those that are the same in all situations of an endpoint, or in all
// that were answered alike, and of those that are the same in all endpoints of the API.
func (c *comparer) together(changes []Change) []Change {
	var out []Change
	for _, e := range decode.Endpoints() {
		for _, group := range groups(changes, func(ch *Change) bool { return ch.Endpoint == string(e) && ch.isSaid() }) {
			out = append(out, c.inEndpoint(e, group)...)
		}
	}
	for _, side := range []string{runnertape.RequestSide.String(), runnertape.ResponseSide.String()} {
		out = c.everywhere(out, side)
	}
	for _, ch := range changes {
		if !ch.isSaid() {
			out = append(out, ch)
		}
	}
	return out
}

// groups are the changes for which of holds, by what they are about, in their order.
func groups(changes []Change, of func(*Change) bool) [][]Change {
	at := map[thing]int{}
	var all [][]Change
	for _, ch := range changes {
		if !of(&ch) {
			continue
		}
		i, ok := at[ch.thing()]
		if !ok {
			i = len(all)
			at[ch.thing()] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], ch)
	}
	return all
}

// inEndpoint puts together what is the same thing in situations of one endpoint.
func (c *comparer) inEndpoint(e decode.Endpoint, group []Change) []Change {
	all := c.contexts(e, group[0].Side)
	if len(group) == len(all) {
		one := merged(group)
		one.Situation, one.Status = "", 0
		return []Change{one}
	}
	var out []Change
	for len(group) > 0 {
		status := group[0].Status
		alike := slices.DeleteFunc(slices.Clone(group), func(ch Change) bool { return ch.Status != status })
		group = slices.DeleteFunc(group, func(ch Change) bool { return ch.Status == status })
		could := 0
		for _, ctx := range all {
			if ctx.status == status {
				could++
			}
		}
		if len(alike) == could {
			one := merged(alike)
			one.Situation = ""
			alike = []Change{one}
		}
		out = append(out, alike...)
	}
	return out
}

// leastEverywhere is in how many endpoints a change must be to be one of all.
const leastEverywhere = 3

// everywhere puts together what is the same thing in all endpoints of the API.
func (c *comparer) everywhere(changes []Change, side string) []Change {
	could := 0
	for _, e := range decode.Endpoints() {
		if IsAPI(e) && len(c.contexts(e, side)) > 0 {
			could++
		}
	}
	wide := func(ch *Change) bool {
		return ch.Side == side && ch.Situation == "" && ch.Status == 0 && IsAPI(decode.Endpoint(ch.Endpoint))
	}
	if could < leastEverywhere {
		return changes
	}
	for _, group := range groups(changes, wide) {
		if len(group) < could {
			continue
		}
		one := merged(group)
		one.Endpoint = Everywhere
		changes = append(slices.DeleteFunc(changes, func(ch Change) bool { return wide(&ch) && ch.thing() == one.thing() }), one)
	}
	return changes
}

// merged is the first of a group, with the weight of the weightiest.
func merged(group []Change) Change {
	one := group[0]
	for _, ch := range group {
		one.Level = max(one.Level, ch.Level)
	}
	return one
}
