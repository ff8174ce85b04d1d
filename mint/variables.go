package mint

import (
	"encoding/json"
	"slices"
	"strings"
)

// variables are those of a payload, in order: a later one wins.
type variables []json.RawMessage

// find is the last variable of that name, and its place; -1 if there is none.
func (l variables) find(key string) (at int, o object) {
	for i := len(l) - 1; i >= 0; i-- {
		if o, err := parseObject(l[i]); err == nil && o.text("key") == key {
			return i, o
		}
	}
	return -1, nil
}

// value is that of a variable, "" if there is none.
func (l variables) value(key string) string {
	_, o := l.find(key)
	return o.text("value")
}

// follow gives a variable that is there another value: one that GitLab makes of the rest of the payload.
func (l variables) follow(key, value string) {
	if at, o := l.find(key); at >= 0 {
		o.set("value", value)
		l[at] = encode(o)
	}
}

// put changes the last variable of that name, or adds one.
func (l *variables) put(v Variable) {
	at, o := l.find(v.Key)
	if at < 0 {
		marks := Marks{Public: true}
		if v.Marks != nil {
			marks = *v.Marks
		}
		*l = append(*l, newVariable(v.Key, v.Value, marks))
		return
	}
	o.set("value", v.Value)
	if v.Marks != nil {
		o.mark(*v.Marks)
	}
	(*l)[at] = encode(o)
}

// drop removes all variables of that name.
func (l *variables) drop(key string) {
	for at, _ := l.find(key); at >= 0; at, _ = l.find(key) {
		*l = slices.Delete(*l, at, at+1)
	}
}

// mark says what a variable is. File and raw are left out when they are false, as GitLab does
// (lib/gitlab/ci/variables/collection/item.rb).
func (o *object) mark(m Marks) {
	o.set("public", m.Public)
	o.set("masked", m.Masked)
	o.drop("file")
	o.drop("raw")
	if m.File {
		o.set("file", true)
	}
	if m.Raw {
		o.set("raw", true)
	}
}

func newVariable(key, value string, m Marks) json.RawMessage {
	o := object{}
	o.set("key", key)
	o.set("value", value)
	o.mark(m)
	return encode(o)
}

// slug is what GitLab makes of a name for CI_…_SLUG: lower case, at most 63 characters, all but letters and digits a
// dash, none at the ends (GitLab lib/gitlab/utils.rb slugify).
func slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		} else {
			b.WriteByte('-')
		}
	}
	s := b.String()
	return strings.Trim(s[:min(len(s), 63)], "-")
}
