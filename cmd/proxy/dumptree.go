package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// branch is a value of JSON in its order. Messages are shown from their JSON, so that a new field of
// decode is shown without a line here.
type branch struct {
	name   string
	leaf   bool
	text   string   // of a leaf
	list   bool     // the branches have no names
	inside []branch // of what is no leaf
}

// message writes the decoded message as a tree.
func (t *teller) message(text json.RawMessage) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	root, err := readBranch(d)
	if err != nil {
		t.say("! ", red, "the message is not readable: "+err.Error())
		return
	}
	t.branches("= ", root.inside)
}

func readBranch(d *json.Decoder) (b branch, err error) {
	token, err := d.Token()
	if err != nil {
		return b, err
	}
	switch v := token.(type) {
	case json.Delim:
		b.list = v == '['
		for d.More() {
			name := ""
			if !b.list {
				key, err := d.Token()
				if err != nil {
					return b, err
				}
				name, _ = key.(string)
			}
			inner, err := readBranch(d)
			if err != nil {
				return b, err
			}
			inner.name = name
			b.inside = append(b.inside, inner)
		}
		if _, err = d.Token(); err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if len(b.inside) == 0 {
			b.leaf, b.text = true, map[bool]string{true: "[]", false: "{}"}[b.list]
		}
	case string:
		if b.leaf, b.text = true, v; v == "" || strings.TrimSpace(v) != v {
			b.text = `"` + v + `"`
		}
	case json.Number:
		b.leaf, b.text = true, v.String()
	case bool:
		b.leaf, b.text = true, map[bool]string{true: "true", false: "false"}[v]
	case nil:
		b.leaf, b.text = true, "null"
	}
	return b, err
}

// branches writes the members of an object, those that fit a line with their values below each other.
func (t *teller) branches(indent string, members []branch) {
	columns := 0
	for _, m := range members {
		if _, ok := t.inline(m); ok {
			columns = max(columns, min(textWidth(printable(m.name)), maxNameColumns))
		}
	}
	for _, m := range members {
		line, ok := t.inline(m)
		switch {
		case m.name == "faults" && m.list:
			t.notes(indent, "fault", red, m.inside)
		case m.name == "gaps" && m.list:
			t.notes(indent, "gap", yellow, m.inside)
		case ok:
			t.pair(indent, m.name, columns, line)
		case m.list:
			t.pair(indent, m.name, 0, "")
			t.elements(indent+"  ", m.inside)
		default:
			t.pair(indent, m.name, 0, "")
			t.branches(indent+"  ", m.inside)
		}
	}
}

// elements writes a list, one line an element if that fits.
func (t *teller) elements(indent string, elements []branch) {
	for _, e := range elements {
		line, ok := t.inline(e)
		switch {
		case ok:
			t.say(indent+"- ", "", line)
		case e.list:
			t.say(indent+"-", "", "")
			t.elements(indent+"  ", e.inside)
		default:
			t.say(indent+"-", "", "")
			t.branches(indent+"  ", e.inside)
		}
	}
}

// inlineColumns is what a list, or an object in a list, may take to be written on one line.
const inlineColumns = 100

// inline is b as part of a line: a value, a short list of values, or an object of values that stands in a list.
func (t *teller) inline(b branch) (string, bool) {
	if b.leaf {
		return b.text, true
	}
	if !b.list && b.name != "" {
		return "", false
	}
	var parts []string
	columns := 0
	for _, inner := range b.inside {
		if !inner.leaf {
			return "", false
		}
		text := inner.text
		if !b.list {
			text = inner.name + " " + text
		}
		parts = append(parts, text)
		columns += len(text) + 2
	}
	room := inlineColumns
	if t.screen.width > 0 {
		room = min(room, t.screen.width-24)
	}
	return strings.Join(parts, ", "), columns <= room || !b.list && len(parts) <= 2
}

// notes writes what a message says of itself: faults, which are sentences, and gaps.
func (t *teller) notes(indent, word, colour string, notes []branch) {
	for _, n := range notes {
		text := n.text
		for i, part := range n.inside {
			if i > 0 {
				text += " "
			}
			if part.name == "value" {
				text += "= "
			}
			text += part.text
		}
		t.say(indent+"! ", colour, word+"  "+text)
	}
}
