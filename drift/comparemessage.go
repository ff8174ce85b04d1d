package drift

import (
	"cmp"

	"runnertape/decode"
)

// message compares one side of a situation.
func (c *comparer) message(ch Change, a, b *message) {
	ch.Side = a.side.String()
	c.names(ch, PartHeader, a.headers, b.headers, a.seen, b.seen)
	c.names(ch, PartQuery, a.query, b.query, a.seen, b.seen)
	c.lighter(a.side == response && !reads(a.endpoint, ch.Status), func() {
		c.names(ch, PartForm, a.form, b.form, a.seen, b.seen)
		c.media(ch, a.media, b.media)
		ch.Part = PartFraming
		if apart(a.framings, b.framings) {
			c.changed(Info, ch, a.framings, b.framings)
		}
		ch.Part = PartBody
		if a.whole.n > 0 && b.whole.n > 0 {
			c.child(ch, a.body, b.body, a.whole, b.whole, false)
		}
	})
}

// names compares header fields or keys, and the words they have as values.
func (c *comparer) names(ch Change, part Part, a, b names, ofA, ofB seen) {
	for _, key := range union(a, b) {
		x, y := a[key], b[key]
		ch := ch
		ch.Part = part
		switch {
		case x == nil:
			ch.Name = y.name
			c.only(ch, Info, seen{}, y.seen, ofA, ofB)
		case y == nil:
			ch.Name = x.name
			lost := missed(x.seen, ofA, ofB)
			if part == PartHeader && decode.IsBesideProtocol(key) {
				lost = Info
			}
			c.only(ch, lost, x.seen, seen{}, ofA, ofB)
		default:
			ch.Name = x.name
			if !decode.IsBesideProtocol(key) {
				c.rarer(ch, x.seen, y.seen, ofA, ofB)
			}
			ch.Part = PartValue
			c.values(ch, Info, x.values, y.values)
		}
	}
}

// media compares content types. Where either has none, its header field says so.
func (c *comparer) media(ch Change, a, b tally) {
	ch.Part = PartContentType
	if apart(a, b) {
		c.changed(Error, ch, a, b)
	} else if len(a) > 0 && len(b) > 0 {
		c.values(ch, Info, a, b)
	}
}

// child compares what is at one path below something that was there ofA and ofB times. What depends
// on the data is an element of a list or a key of a map, and a feature that was never there is none: it weighs nothing that they are gone.
func (c *comparer) child(ch Change, a, b *node, ofA, ofB seen, data bool) {
	switch {
	case a == nil && b == nil:
	case a == nil:
		ch.Name = b.path
		ch.After, _ = b.kinds()
		c.only(ch, Info, seen{}, b.all(), ofA, ofB)
	case b == nil:
		ch.Name = a.path
		ch.Before, _ = a.kinds()
		lost := missed(a.all(), ofA, ofB)
		if data && !a.names() {
			lost = Info
		}
		c.only(ch, lost, a.all(), seen{}, ofA, ofB)
	default:
		ch.Name = cmp.Or(a.path, b.path)
		if !data {
			c.rarer(ch, a.all(), b.all(), ofA, ofB)
		}
		c.node(ch, a, b)
	}
}

// node compares what both have at a path.
func (c *comparer) node(ch Change, a, b *node) {
	before, x := a.kinds()
	after, y := b.kinds()
	if before != after {
		changed := ch
		changed.Kind, changed.Before, changed.After = Changed, before, after
		changed.A, changed.B = a.all().in(a.all()), b.all().in(b.all())
		level := Info
		if x != 0 && y&^x != 0 { // null goes with everything
			level = Error
		}
		c.say(level, changed)
	}
	if a.items != nil || b.items != nil {
		if a.types[array].n > 0 && b.types[array].n > 0 {
			c.child(ch, a.items, b.items, a.types[array], b.types[array], true)
		}
	}
	if a.types[object].n > 0 && b.types[object].n > 0 {
		c.keys(ch, a, b)
	}
	part, lost := PartValue, Info
	switch {
	case a.path == "variables[].key":
		part, ch.Name = PartVariable, "variables"
	case inFeatures(a.path):
		lost = Warning
	}
	ch.Part = part
	c.values(ch, lost, a.words, b.words)
}

// keys compares the keys of objects.
func (c *comparer) keys(ch Change, a, b *node) {
	if a.isMap != b.isMap { // one had too many, so that both are maps
		if a.isMap {
			b.fold()
		} else {
			a.fold()
		}
	}
	ofA, ofB := a.types[object], b.types[object]
	for _, key := range union(a.keys, b.keys) {
		x, y := a.keys[key], b.keys[key]
		if a.features && !unlike(x, y) && c.feature(ch, x, y, ofA, ofB) {
			continue
		}
		c.child(ch, x, y, ofA, ofB, a.isMap || a.features)
	}
}

// unlike tells whether two that are there have no type in common, and neither is null alone.
func unlike(a, b *node) bool {
	if a == nil || b == nil {
		return false
	}
	_, x := a.kinds()
	_, y := b.kinds()
	return x != 0 && y != 0 && x&y == 0
}

// feature notes what only one says it can do, if that is what differs.
func (c *comparer) feature(ch Change, a, b *node, ofA, ofB seen) bool {
	var x, y seen
	if a != nil {
		x, ch.Name = a.yes, a.path
	}
	if b != nil {
		y, ch.Name = b.yes, b.path
	}
	ch.Part = PartFeature
	return c.only(ch, Warning, x, y, ofA, ofB)
}
