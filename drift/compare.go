package drift

import (
	"runnertape/decode"
)

// enough is how often a thing that only some have must be expected for its absence to mean
// something: of three at the rate of before, none at all is a chance of one in twenty (e⁻³).
const enough = 3

// Compare tells what changed from a to b, grouped by endpoints: first jobs, then what changed
// everywhere, then endpoints in the order of decode.Endpoints; in each the weightiest first.
// Both are complete: nothing may be added to them any more.
//
// Compared the other way round everything gained is lost, and what changed has before and
// after exchanged; levels are those of that direction.
func Compare(a, b *Schema) []Change {
	a.finish()
	b.finish()
	c := &comparer{a: a, b: b}
	c.jobs()
	for _, e := range decode.Endpoints() {
		c.endpoint(e)
	}
	changes := c.together(withoutInfo(c.changes))
	order(changes)
	return changes
}

// comparer gathers changes.
type comparer struct {
	a, b    *Schema
	changes []Change
	light   Level // by how much what is found now weighs less
}

// say notes a change of that weight.
func (c *comparer) say(level Level, ch Change) {
	ch.Level = level - min(level, c.light)
	c.changes = append(c.changes, ch)
}

// lighter has what f finds weigh a level less, if so.
func (c *comparer) lighter(so bool, f func()) {
	before := c.light
	if so {
		c.light++
	}
	f()
	c.light = before
}

// only notes what one of the two has, and the other, which could have had it ofA or ofB
// times, has not. It tells whether that is so.
func (c *comparer) only(ch Change, lost Level, a, b, ofA, ofB seen) bool {
	ch.A, ch.B = a.in(ofA), b.in(ofB)
	switch {
	case a.n > 0 && b.n == 0:
		ch.Kind = Lost
		c.say(lost, ch)
	case a.n == 0 && b.n > 0:
		ch.Kind = Gained
		c.say(Info, ch)
	default:
		return false
	}
	return true
}

// missed is how much it weighs that b has none of what a had so often: less than a warning if
// only some had it, and it may be by chance that none of b's does.
func missed(a, ofA, ofB seen) Level {
	if a.n >= ofA.n || a.n*ofB.n >= enough*ofA.n {
		return Warning
	}
	return Info
}

// rarer notes that something was always there in one, and only sometimes in the other.
func (c *comparer) rarer(ch Change, a, b, ofA, ofB seen) {
	always := func(s, of seen) bool { return s.n >= of.n && s.n >= enough }
	switch {
	case always(a, ofA) && b.n < ofB.n:
		ch.Before, ch.After = "always", "sometimes"
	case always(b, ofB) && a.n < ofA.n:
		ch.Before, ch.After = "sometimes", "always"
	default:
		return
	}
	ch.Kind, ch.A, ch.B = Changed, a.in(ofA), b.in(ofB)
	c.say(Info, ch)
}

// apart tells whether two that both have something have nothing in common.
func apart(a, b tally) bool {
	onlyA, _ := a.without(b)
	return len(a) > 0 && len(b) > 0 && len(onlyA) == len(a)
}

// changed notes that all values are others.
func (c *comparer) changed(level Level, ch Change, a, b tally) {
	ch.Kind, ch.Before, ch.After = Changed, a.String(), b.String()
	ch.A, ch.B = a.all().in(a.all()), b.all().in(b.all())
	c.say(level, ch)
}

// values notes which values only one of two has, in After or Before. Of what is lost lost says the weight.
func (c *comparer) values(ch Change, lost Level, a, b tally) {
	if len(a) >= maxWords || len(b) >= maxWords { // not all were kept
		return
	}
	if len(a) == 1 && len(b) == 1 && apart(a, b) {
		c.changed(lost, ch, a, b)
		return
	}
	for _, value := range union(a, b) {
		ch := ch
		if a[value].n > 0 {
			ch.Before = value
		} else {
			ch.After = value
		}
		c.only(ch, lost, a[value], b[value], a.all(), b.all())
	}
}

// endpoint compares one endpoint.
func (c *comparer) endpoint(e decode.Endpoint) {
	a, b := c.a.endpoints[e], c.b.endpoints[e]
	ch := Change{Endpoint: string(e), Part: PartEndpoint}
	c.lighter(!IsAPI(e) && e != decode.Git, func() {
		switch {
		case a == nil && b == nil:
		case a == nil:
			c.only(ch, Warning, seen{}, b.all(), seen{}, b.all())
		case b == nil:
			c.only(ch, Warning, a.all(), seen{}, a.all(), seen{})
		default:
			c.situations(ch, a, b)
		}
	})
}

// IsAPI tells whether an endpoint is a call of the runner API, and nothing that passes beside it.
func IsAPI(e decode.Endpoint) bool {
	return e != decode.Git && e != decode.ObjectStorage && e != decode.Cache && e != decode.Unknown
}

// situations compares those of an endpoint. One that is missing depends on what jobs did, and
// what it makes of their ends is said there.
func (c *comparer) situations(ch Change, a, b *endpoint) {
	for _, name := range union(a.situations, b.situations) {
		ch.Situation = name
		x, y := a.situations[name], b.situations[name]
		of := ch
		of.Part = PartSituation
		switch {
		case x == nil:
			c.only(of, Info, seen{}, y.seen, a.all(), b.all())
		case y == nil:
			c.only(of, Info, x.seen, seen{}, a.all(), b.all())
		default:
			c.statuses(ch, x, y)
			c.message(ch, x.request, y.request)
			for _, status := range alike(x, y) {
				of := ch
				of.Status = status
				c.message(of, x.answers[status], y.answers[status])
			}
		}
	}
}
