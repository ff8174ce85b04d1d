package faults

import (
	"fmt"
	"reflect"
	"strings"
)

// Describe is all that a rule holds and is not zero.
func Describe(r *Rule) string {
	parts := []string{fmt.Sprint(r.Line)}
	describe(&parts, "", reflect.ValueOf(r.where))
	describe(&parts, "", reflect.ValueOf(r.what))
	describe(&parts, "", reflect.ValueOf(r.often))
	return strings.Join(parts, " ")
}

func describe(parts *[]string, name string, v reflect.Value) {
	switch {
	case v.IsZero():
	case v.Kind() == reflect.Pointer:
		describe(parts, name, v.Elem())
		if v.Elem().IsZero() {
			*parts = append(*parts, name+"=zero")
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			describe(parts, strings.TrimPrefix(name+"."+v.Type().Field(i).Name, "."), v.Field(i))
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			describe(parts, fmt.Sprintf("%s[%d]", name, i), v.Index(i))
		}
	case v.Kind() == reflect.String:
		*parts = append(*parts, fmt.Sprintf("%s=%q", name, v.String()))
	default:
		text := fmt.Sprint(v)
		*parts = append(*parts, name+"="+text)
	}
}
