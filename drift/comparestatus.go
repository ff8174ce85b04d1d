package drift

import (
	"slices"

	"runnertape/decode"
)

// statuses compares how a situation was answered. Where a call is made again until it is
// answered for good, the last answer of each job counts: a 416 or a 502 on the way to a
// 202 is not what the server has come to say.
func (c *comparer) statuses(ch Change, a, b *situation) {
	ch.Part = PartStatus
	x, y := a.statuses, b.statuses
	if len(a.settled) > 0 && len(b.settled) > 0 {
		x, y = a.settled, b.settled
	}
	told := map[string]bool{}
	if apart(x, y) {
		c.changed(Error, ch, x, y)
	} else {
		c.byJob(ch, a, b, told)
		c.outcomes(ch, x, y, told, func(status string, with tally) bool {
			return sameClass(status, with) || ordinary(a.request.endpoint, status)
		})
	}
	for _, list := range []tally{x, y} {
		for value := range list {
			told[value] = true
		}
	}
	c.onTheWay(ch, a.statuses, b.statuses, told)
}

// onTheWay notes the answers after which another came, in one of the two only.
func (c *comparer) onTheWay(ch Change, a, b tally, told map[string]bool) {
	for _, value := range union(a, b) {
		ch := ch
		switch {
		case told[value]:
			continue
		case a[value].n > 0:
			ch.Before = value
		default:
			ch.After = value
		}
		c.only(ch, Info, a[value], b[value], a.all(), b.all())
	}
}

// byJob compares the last answers that jobs of one name got.
func (c *comparer) byJob(ch Change, a, b *situation, told map[string]bool) {
	for _, name := range union(a.byJob, b.byJob) {
		x, y := a.byJob[name], b.byJob[name]
		if !apart(x, y) {
			continue
		}
		ch.Job = name
		c.changed(Error, ch, x, y)
		for _, value := range slices.Concat(x.values(), y.values()) {
			told[value] = true
		}
	}
}

// outcomes compares how something came out that is there in both and has something in
// common. What is new is an error where it is what came out mostly, unless it is of a kind with
// what was there before; else a warning.
func (c *comparer) outcomes(ch Change, a, b tally, told map[string]bool, kin func(value string, with tally) bool) {
	other := 0 // how often b had what is not of a kind with anything of a
	for value, s := range b {
		if !kin(value, a) {
			other += s.n
		}
	}
	for _, value := range union(a, b) {
		if told[value] {
			continue
		}
		ch := ch
		x, y := a[value], b[value]
		level := Info
		switch {
		case x.n > 0 && y.n > 0:
			continue
		case x.n > 0:
			ch.Kind, ch.Before = Lost, value
		default:
			ch.Kind, ch.After = Gained, value
			switch {
			case kin(value, a):
			case 2*other > b.all().n:
				level = Error
			case value != noAnswer: // the last polls of a recording are broken off
				level = Warning
			}
		}
		ch.A, ch.B = x.in(a.all()), y.in(b.all())
		c.say(level, ch)
	}
}

// sameClass tells whether a status is among others, or one of its class is.
func sameClass(status string, with tally) bool {
	for other := range with {
		if other == status || other != noAnswer && status != noAnswer && other[0] == status[0] {
			return true
		}
	}
	return false
}

// ordinary tells whether a status of 400 and above is one that the protocol has for what is not wrong.
func ordinary(e decode.Endpoint, status string) bool {
	return e == decode.Git && status == "401" || // asks for the password, with which git comes again (docs/protocol.md §4.6)
		e == decode.RequestJob && status == "409" // another runner was quicker (§1.3.5)
}
