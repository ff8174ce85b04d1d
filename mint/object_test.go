package mint

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestObject(t *testing.T) {
	const text = `{"a":1.50,"unknown":{"x":[ 1, 2 ],"ü":"\u00e9<>"},"a":2,"b":null}`
	o, err := parseObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(o); string(got) != text {
		t.Errorf("unchanged it is\n%s", got)
	}
	o.set("a", "<x> & y")
	o.set("new", []string{"one"})
	if err := o.edit("unknown", func(inner *object) { inner.set("x", json.RawMessage(`{}`)) }); err != nil {
		t.Fatal(err)
	}
	if err := o.edit("b", func(inner *object) { inner.set("made", true) }); err != nil {
		t.Fatal(err)
	}
	const want = `{"a":1.50,"unknown":{"x":{},"ü":"\u00e9<>"},"a":"<x> & y","b":{"made":true},"new":["one"]}`
	if got := encode(o); string(got) != want {
		t.Errorf("changed it is\n%s, want\n%s", got, want)
	}
	if err := o.edit("new", func(*object) {}); err == nil {
		t.Error("a list was changed like an object")
	}
	o.drop("a")
	if o.get("a") != nil || len(o) != 3 {
		t.Errorf("dropped it is %s", encode(o))
	}
}

func TestNoObject(t *testing.T) {
	for _, text := range []string{``, `[]`, `7`, `{"a":1`, `{"a"}`, `{"a":1} {}`, `{"a":1}x`, `"`, `null0`} {
		if o, err := parseObject([]byte(text)); err == nil {
			t.Errorf("%q is %s", text, encode(o))
		}
	}
}

// What is not changed stays, byte for byte, but for blanks between members.
func FuzzObject(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"\u2028"]},"a":null}`))
	f.Add([]byte(`{"\u0061":"<"}`))
	f.Add([]byte(`null0`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := parseObject(text)
		if !json.Valid(text) {
			if err == nil {
				t.Fatalf("%q is no JSON, and was read", text)
			}
			return
		}
		if err != nil {
			return
		}
		again, err := parseObject(encode(o))
		if err != nil || len(again) != len(o) {
			t.Fatalf("%q became %s: %v", text, encode(o), err)
		}
		for i := range o {
			if again[i].key != o[i].key || !bytes.Equal(again[i].value, o[i].value) {
				t.Fatalf("member %d of %q became %s", i, text, again[i].value)
			}
		}
	})
}
