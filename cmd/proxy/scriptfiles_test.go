package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// doEdit is `edit FILE OLD NEW`: replaces each OLD by NEW, which is as long. zstd is
// the four bytes that zstd frames begin with.
func doEdit(ts *testscript.TestScript, _ bool, args []string) {
	content := []byte(ts.ReadFile(args[0]))
	from, to := args[1], args[2]
	if from == "zstd" {
		from = "\x28\xb5\x2f\xfd" // RFC 8878 §3.1.1
	}
	if len(from) != len(to) || !bytes.Contains(content, []byte(from)) {
		ts.Fatalf("%q is not in %s, or not as long as %q", args[1], args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.ReplaceAll(content, []byte(from), []byte(to)), 0o600))
}

// doCut is `cut FILE BYTES [zero]`: keeps only the first BYTES, or overwrites these with zeros.
func doCut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	if len(args) == 2 { // in one step: a recorder may have it open
		ts.Check(os.Truncate(ts.MkAbs(args[0]), int64(n)))
		return
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.Write(make([]byte, n))
	ts.Check(errors.Join(err, f.Close()))
}

// doJSONLines is `jsonlines FILE KEY…`: each line of FILE is a JSON object that has the keys,
// a.b being b in a, null allowed for neither a nor b unless the key ends in ?.
func doJSONLines(ts *testscript.TestScript, _ bool, args []string) {
	n := 0
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		n++
		var object map[string]any
		ts.Check(json.Unmarshal([]byte(line), &object))
		for _, path := range args[1:] {
			value, has := any(object), true
			name, optional := strings.CutSuffix(path, "?")
			for key := range strings.SplitSeq(name, ".") {
				inner, _ := value.(map[string]any)
				value, has = inner[key]
			}
			if !has || value == nil && !optional {
				ts.Fatalf("line %d has no %s: %s", n, path, line)
			}
		}
	}
	if n == 0 {
		ts.Fatalf("%s has no line", args[0])
	}
}

// doSameCount is `samecount A B`: the files have as many lines.
func doSameCount(ts *testscript.TestScript, _ bool, args []string) {
	if a, b := ts.ReadFile(args[0]), ts.ReadFile(args[1]); strings.Count(a, "\n") != strings.Count(b, "\n") {
		ts.Fatalf("%s:\n%s\n%s:\n%s", args[0], a, args[1], b)
	}
}

// doStartsWith is `startswith A B`: A is B and more.
func doStartsWith(ts *testscript.TestScript, _ bool, args []string) {
	if a, b := ts.ReadFile(args[0]), ts.ReadFile(args[1]); !strings.HasPrefix(a, b) || len(a) == len(b) {
		ts.Fatalf("%s is not %s and more", args[0], args[1])
	}
}

// doDistinct is `distinct N REGEXP FILE`: FILE has N different matches.
func doDistinct(ts *testscript.TestScript, _ bool, args []string) {
	matches := regexp.MustCompile(args[1]).FindAllString(ts.ReadFile(args[2]), -1)
	slices.Sort(matches)
	if matches = slices.Compact(matches); strconv.Itoa(len(matches)) != args[0] {
		ts.Fatalf("%d matches: %q", len(matches), matches)
	}
}

// doWritten is `written FILE TEXT`: waits until the text is in a file that a program is
// writing. A file does not say when it changes, so that this looks again and again.
func doWritten(ts *testscript.TestScript, _ bool, args []string) {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for {
		if content, err := plain(ts.MkAbs(args[0])); err == nil && bytes.Contains(content, []byte(args[1])) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			ts.Fatalf("%q does not come to be in %s", args[1], args[0])
		}
	}
}
