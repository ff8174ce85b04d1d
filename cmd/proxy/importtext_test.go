package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What was exported of a real runner's recording and imported again is exported as the same bytes.
func TestImportOfTextIsExact(t *testing.T) {
	paths, err := filepath.Glob("../../fixtures/runner-*.txtar")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		for _, args := range [][]string{{"export", path, in("first.txtar")}, {"import", in("first.txtar"), in("a.db")}, {"export", in("a.db"), in("second.txtar")}} {
			p, stop, said := testProcess(t)
			p.args = append([]string{"proxy"}, args...)
			if code := p.run(); code != exitOK {
				t.Fatalf("%v: exit code %d\n%s", args, code, said)
			}
			stop()
		}
		first, err := os.ReadFile(in("first.txtar"))
		mustDo(t, err)
		second, err := os.ReadFile(in("second.txtar"))
		mustDo(t, err)
		if !bytes.Equal(first, second) {
			t.Errorf("%s: the text is another", filepath.Base(path))
		}
	}
}

// An export that is interrupted leaves no half of a text.
func TestInterruptedExport(t *testing.T) {
	for _, name := range []string{"text.txtar", "folder/"} {
		dir := t.TempDir()
		p, stop, _ := testProcess(t)
		stop()
		if err := p.export("../../fixtures/runner-17.9.0-connect.txtar", dir+"/"+name, false); err == nil {
			t.Errorf("%s: it was exported", name)
		}
		wantFiles(t, dir)
	}
}
