package decode

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// fields are the names of a struct's fields in JSON, and their numbers.
type fields struct {
	names  []string
	number map[string]int
}

var allFields sync.Map // reflect.Type to *fields

func fieldsOf(t reflect.Type) *fields {
	if known, ok := allFields.Load(t); ok {
		return known.(*fields)
	}
	all := &fields{number: map[string]int{}}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all.names = append(all.names, name)
		all.number[name] = i
	}
	allFields.Store(t, all)
	return all
}

// place is where a value stands, written out only if there is a fault.
type place struct {
	in      *place // nil at the top
	element bool   // of an array, not of an object
	name    string // of a member
	index   int    // of an element
}

func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case p.element:
		return p.in.String() + "[" + strconv.Itoa(p.index) + "]"
	case p.in == nil:
		return p.name
	}
	return p.in.String() + "." + p.name
}
