package decode

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// fields are those of a struct that JSON is read into, in their order.
type fields struct {
	list    []field
	number  map[string]int // name to the place in list
	options bool           // it is part of executor_opts
}

// field is one of them. Its tag says which runners read or send it: `since` is the
// first version, `until` the last, "never" those that only GitLab knows; one
// without is in 12.10 already, and in all later ones. A test compares them with the
// table in docs/protocol.md §8.1. Those with `wire:"-"` are not read from the wire.
type field struct {
	name, since, until string
	notText, notNumber string // of a [Text]: versions that take no string, no number, as "16.7-18.0"
	wire               bool
}

var allFields sync.Map // reflect.Type to *fields

func fieldsOf(t reflect.Type) *fields {
	if known, ok := allFields.Load(t); ok {
		return known.(*fields)
	}
	all := &fields{number: map[string]int{}}
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name, _, _ := strings.Cut(tag.Get("json"), ",")
		all.list = append(all.list, field{name, tag.Get("since"), tag.Get("until"), tag.Get("not-text"), tag.Get("not-number"), tag.Get("wire") != "-"})
		if all.list[i].wire {
			all.number[name] = i
		}
	}
	switch t {
	case reflect.TypeFor[ExecutorOpts](), reflect.TypeFor[DockerOpts](), reflect.TypeFor[KubernetesOpts]():
		all.options = true
	}
	allFields.Store(t, all)
	return all
}

// folded is the field whose name differs from that only in case.
func (all *fields) folded(name string) (int, bool) {
	for i := range all.list {
		if all.list[i].wire && strings.EqualFold(all.list[i].name, name) {
			return i, true
		}
	}
	return 0, false
}

// place is where a value stands, written out only if there is a fault.
type place struct {
	in      *place // nil at the top
	element bool   // of an array, not of an object
	name    string // of a member
	index   int    // of an element
	field   *field // of a member that a struct has
}

// String is like "variables[3].value", at most the innermost 20 of it.
func (p *place) String() string {
	var inner []*place
	for ; p != nil && len(inner) < maxBroke; p = p.in {
		inner = append(inner, p)
	}
	var s strings.Builder
	if p != nil {
		s.WriteString("…")
	}
	for i, at := range slices.Backward(inner) {
		switch {
		case at.element:
			s.WriteString("[" + strconv.Itoa(at.index) + "]")
		case i < len(inner)-1 || p != nil:
			s.WriteString("." + at.name)
		default:
			s.WriteString(at.name)
		}
	}
	return s.String()
}

// versions are those of the runners that read what stands there.
func (p *place) versions() (since, until string) {
	for ; p != nil; p = p.in {
		if p.field == nil {
			continue
		}
		if p.field.since != "" && (since == "" || since != never && laterVersion(p.field.since, since)) {
			since = p.field.since
		}
		if p.field.until != "" && (until == "" || laterVersion(until, p.field.until)) {
			until = p.field.until
		}
	}
	return since, until
}
