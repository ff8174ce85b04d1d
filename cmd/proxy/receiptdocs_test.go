package main

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// docs/replay.md and docs/faults.md name every field of a receipt.
func TestReceiptDocs(t *testing.T) {
	var docs string
	for _, path := range []string{"../../docs/replay.md", "../../docs/faults.md"} {
		text, err := os.ReadFile(path)
		mustDo(t, err)
		docs += string(text)
	}
	seen := map[reflect.Type]bool{}
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || !strings.HasPrefix(of.PkgPath(), "runnertape") && of.PkgPath() != "main" || seen[of] {
			return
		}
		seen[of] = true
		for i := range of.NumField() {
			f := of.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() || name == "-" {
				continue
			}
			if !f.Anonymous && !strings.Contains(docs, "`"+name+"`") {
				t.Errorf("%s %q of %v is not described", f.Name, name, of)
			}
			look(f.Type)
		}
	}
	look(reflect.TypeFor[receiptFile]())
}
