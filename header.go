package runnertape

import (
	"slices"
	"strings"
)

// Field is one header or trailer field.
type Field struct {
	Name  string `json:"name"`  // spelling as received
	Value string `json:"value"` // without surrounding blanks
}

// Header is a list of fields: repeats and order are kept.
type Header []Field

// Get is the value of the first field of that name, in any case, or "".
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values are the values of all fields of that name, in order.
func (h Header) Values(name string) []string {
	var values []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// Has tells whether there is a field of that name.
func (h Header) Has(name string) bool {
	return slices.ContainsFunc(h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// ContentCoding is how a body of that header is packed: what its fields Content-Encoding say, in lower case, with
// "gzip" for the older "x-gzip" too, "" if it is not packed, and "gzip, br" if it was packed by both in turn (RFC 9110 §8.4).
func (h Header) ContentCoding() string {
	all := ""
	for _, f := range h {
		if !strings.EqualFold(f.Name, "Content-Encoding") {
			continue
		}
		for coding := range strings.SplitSeq(strings.ToLower(f.Value), ",") {
			switch coding = strings.TrimSpace(coding); coding {
			case "", "identity":
				continue
			case "x-gzip":
				coding = "gzip"
			}
			if all != "" {
				all += ", "
			}
			all += coding
		}
	}
	return all
}

// Clone is a copy that shares nothing with h.
func (h Header) Clone() Header { return slices.Clone(h) }

// HeaderOf makes a Header of a map as net/http has it: names sorted, the values
// of a name in their order.
func HeaderOf(m map[string][]string) Header {
	if len(m) == 0 {
		return nil
	}
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	var h Header
	for _, name := range names {
		for _, value := range m[name] {
			h = append(h, Field{Name: name, Value: value})
		}
	}
	return h
}
