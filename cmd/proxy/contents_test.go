package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// What docs/json.md describes of contents is what their types have, with what may be absent.
func TestContentsAreDocumented(t *testing.T) {
	document, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(document), "# What a body holds\n")
	section, _, _ = strings.Cut(section, "\n# ")
	var described []string
	for _, m := range regexp.MustCompile("`([a-z0-9_.\\[\\]]+)` \\(([a-z ]+)(, if)?\\)").FindAllStringSubmatch(section, -1) {
		described = append(described, m[1]+" "+m[2]+m[3])
	}
	slices.Sort(described)
	fields := fieldsOf("", reflect.TypeFor[jsonContents]())
	slices.Sort(fields)
	if diff := cmp.Diff(fields, described); diff != "" {
		t.Errorf("-code +docs/json.md:\n%s", diff)
	}
}

// fieldsOf are the JSON names below a struct with their types.
func fieldsOf(prefix string, s reflect.Type) []string {
	var all []string
	for f := range s.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind, inner, below := kindOfField(f.Type)
		absent := ""
		if options != "" {
			absent = ", if"
		}
		all = append(all, prefix+name+" "+kind+absent)
		if inner != nil {
			all = append(all, fieldsOf(prefix+name+below, inner)...)
		}
	}
	return all
}

func kindOfField(t reflect.Type) (kind string, inner reflect.Type, below string) {
	switch {
	case t == reflect.TypeFor[runnertape.Side](), t == reflect.TypeFor[runnertape.Digest](), t.String() == "time.Time", t.Kind() == reflect.String:
		return "string", nil, ""
	case t.Kind() == reflect.Bool:
		return "boolean", nil, ""
	case t.Kind() == reflect.Pointer:
		return "object", t.Elem(), "."
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return "array of objects", t.Elem(), "[]."
	case t.Kind() == reflect.Slice:
		return "array of strings", nil, ""
	}
	return "number", nil, ""
}
