package mint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// object is a JSON object with its members in order. What is not set stays byte for byte.
type object []member

type member struct {
	key   string
	value json.RawMessage
}

var errNoObject = errors.New("it is no JSON object")

// parseObject reads an object; null is an empty one.
func parseObject(raw []byte) (object, error) {
	var all json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoObject, err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	switch start, _ := d.Token(); start { // there are no more errors in it
	case nil:
		return object{}, nil
	case json.Delim('{'):
	default:
		return nil, errNoObject
	}
	o := object{}
	for d.More() {
		key, _ := d.Token()
		m := member{key: key.(string)} // an object has no other keys
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		o = append(o, m)
	}
	return o, nil
}

// get is the value of the last member of that name, nil if there is none: so does encoding/json, with which runners read.
func (o object) get(key string) json.RawMessage {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].key == key {
			return o[i].value
		}
	}
	return nil
}

// text is a member that is a string, "" if it is not.
func (o object) text(key string) string {
	var s string
	json.Unmarshal(o.get(key), &s) // null and absence are "" too
	return s
}

// set replaces the last member of that name, or adds one.
func (o *object) set(key string, value any) {
	raw := encode(value)
	for i := len(*o) - 1; i >= 0; i-- {
		if (*o)[i].key == key {
			(*o)[i].value = raw
			return
		}
	}
	*o = append(*o, member{key, raw})
}

// drop removes all members of that name.
func (o *object) drop(key string) {
	var rest object
	for _, m := range *o {
		if m.key != key {
			rest = append(rest, m)
		}
	}
	*o = rest
}

// edit changes the object that a member is, or makes one.
func (o *object) edit(key string, change func(*object)) error {
	inner := object{}
	if raw := o.get(key); raw != nil {
		var err error
		if inner, err = parseObject(raw); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	change(&inner)
	o.set(key, inner)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encode(m.key))
		b.WriteByte(':')
		b.Write(m.value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode writes a value as GitLab does, without escapes for HTML. JSON that is given stays as it is.
func encode(value any) json.RawMessage {
	switch v := value.(type) {
	case json.RawMessage:
		return v
	case object:
		raw, _ := v.MarshalJSON() // has no errors
		return raw
	case []json.RawMessage:
		return slices.Concat([]byte("["), bytes.Join(rawBytes(v), []byte(",")), []byte("]"))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(value) // of strings, numbers and lists of them there is no error
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func rawBytes(values []json.RawMessage) [][]byte {
	all := make([][]byte, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}

// parseList reads a list; null is an empty one.
func parseList(raw json.RawMessage) ([]json.RawMessage, error) {
	var all []json.RawMessage
	if raw == nil {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, errors.New("it is no JSON list")
	}
	return all, nil
}
