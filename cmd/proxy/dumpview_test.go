package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"runnertape"
)

// shown is what `proxy dump` prints of src with these flags.
func shown(t *testing.T, src recording, s screen, flags ...string) string {
	t.Helper()
	c, err := dumpFlagsOf(t, flags...)
	if c == nil {
		t.Fatal(err)
	}
	p, stop, _ := testProcess(t)
	defer stop()
	var out bytes.Buffer
	f, err := newFilter(c)
	mustDo(t, err)
	d := &dumper{process: p, c: c, src: src, screen: s}
	mustDo(t, viewOf(c).show(d, &out, f.selected(src, src.Exchanges())))
	return out.String()
}

const hostileText = "\x1b[2J\x1b]0;owned\a\x7f\u009b31m\u202e\r\n\xff漢字"

// hostile is an exchange that tries to drive a terminal wherever it can.
func hostile(t *testing.T) *fewExchanges {
	t.Helper()
	message, err := json.Marshal(map[string]any{
		hostileText: hostileText, "list": []any{hostileText, map[string]any{hostileText: hostileText}}, "faults": []string{hostileText},
		"gaps": []any{map[string]string{"where": "response header", "name": hostileText, "value": hostileText}},
	})
	mustDo(t, err)
	header := runnertape.Header{{Name: hostileText, Value: hostileText}}
	few := &fewExchanges{redacted: true}
	few.add(&runnertape.Exchange{
		Way: runnertape.Reverse, Client: hostileText, Scheme: "https", Host: "gitlab.test" + hostileText, Started: time.Unix(0, 0),
		Request:  runnertape.Request{Method: "GET" + hostileText, Target: "/" + hostileText, Proto: "HTTP/1.1", Header: header, Trailer: header},
		Interim:  []runnertape.Interim{{Status: 103, Header: header}},
		Response: &runnertape.Response{Status: 200, Reason: hostileText, Proto: "HTTP/1.1" + hostileText, Header: header},
		Failure:  &runnertape.Failure{Side: runnertape.ResponseSide, Text: hostileText},
		Decoded: &runnertape.Decoded{
			Endpoint: "unknown", Gist: hostileText, Message: message, Runner: runnertape.Runner{Token: hostileText, Version: hostileText},
		},
	}, []byte("\x1b[2J\x1b]0;owned\x1b\\\x7f\u009b31m\u202e\r\n"), []byte(`{"a": "`+strings.ReplaceAll(hostileText, "\n", "")+`"}`))
	return few
}

// In no form does anything of an exchange drive a terminal.
func TestNothingDrivesTheTerminal(t *testing.T) {
	few := hostile(t)
	for _, flags := range []string{"", "-v", "-vv", "-vv --full", "--curl", "--json", "--body request --id 1"} {
		for _, width := range []int{0, 40, 80, 160} {
			out := shown(t, few, screen{terminal: true, width: width}, strings.Fields(flags)...)
			if i := strings.IndexFunc(strings.TrimSuffix(out, "\x1b[0m"), func(r rune) bool { return isControl(r) && r != '\n' && r != '\t' && r != '\r' }); i >= 0 || !utf8.ValidString(out) {
				t.Errorf("%q, width %d: %q", flags, width, out[max(0, i):])
			}
			if !strings.Contains(out, "owned") && (flags != "" || width == 0) {
				t.Errorf("%q, width %d: nothing of it is there, so nothing was proved:\n%s", flags, width, out)
			}
		}
	}
}

// Lines are as wide as the screen at most, and no character is cut.
func TestLinesFit(t *testing.T) {
	src, err := openRecording("../../fixtures/runner-17.9.0-connect.txtar")
	mustDo(t, err)
	defer src.Close()
	few := hostile(t)
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		x.Request.Target = strings.ReplaceAll(x.Request.Target, "o", "漢")
		x.Decoded.Gist = strings.ReplaceAll(x.Decoded.Gist, "e", "é\u0301")
		if x.ID%2 == 0 {
			x.Decoded.JobID = 12345678901 // as on gitlab.com
		}
		few.add(x, nil, nil)
	}
	for width := 40; width <= 200; width++ {
		for _, flags := range []string{"", "-v", "-vv"} {
			if flags != "" && width%10 > 0 {
				continue
			}
			for line := range strings.Lines(shown(t, few, screen{width: width}, strings.Fields(flags)...)) {
				if got := textWidth(strings.TrimSuffix(line, "\n")); got > width || !utf8.ValidString(line) {
					t.Errorf("%q is %d of %d columns", line, got, width)
				}
			}
		}
	}
}

func TestTextWidth(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "e\u0301": 1, "漢字": 4, "🦊": 2, "→…": 2, "a\u200bb": 2} {
		if got := textWidth(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	for _, test := range []struct{ got, want string }{
		{fit("abcdef", 6), "abcdef"},
		{fit("abcdef", 5), "abcd…"},
		{fit("漢字漢", 5), "漢字…"},
		{fit("漢字漢", 4), "漢…"},
		{fit("abc", 0), ""},
		{fitMiddle("/a/long/path", 7), "/a/…ath"},
		{fitMiddle("/a/long/path", 12), "/a/long/path"},
		{fitMiddle("漢字漢字漢字", 6), "漢…字"},
		{fitMiddle("abc", 1), "…"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

// What was sent as gzip is looked into, shown and written unpacked; what does not unpack is told, and shown as far as it does.
func TestPackedBodies(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, `{"needle": [1, {"two": null}], "text": "hay"}`)
	mustDo(t, z.Close())
	header := runnertape.Header{{Name: "Content-Encoding", Value: "gzip"}}
	few := &fewExchanges{}
	for _, body := range [][]byte{packed.Bytes(), packed.Bytes()[:packed.Len()-8], []byte("this is no gzip at all")} {
		few.add(&runnertape.Exchange{Response: &runnertape.Response{Status: 200, Header: header}}, nil, body)
	}
	if got := shown(t, few, screen{}, "--grep", "needle"); strings.Count(got, "\n") != 2 {
		t.Errorf("found in\n%s", got)
	}
	got := shown(t, few, screen{}, "-vv")
	for _, want := range []string{
		fmt.Sprintf("  < response body, %d B, JSON", packed.Len()) + ", unpacked from gzip\n  {\n    \"needle\": [\n      1,\n      {\n        \"two\": null\n      }\n    ],\n    \"text\": \"hay\"\n  }\n",
		fmt.Sprintf("  < response body, %d B, text", packed.Len()-8) + ", unpacked from gzip\n  {\"needle\": [1, {\"two\": null}], \"text\": \"hay\"}\n  ! it cannot be unpacked: unexpected EOF\n",
		"  ! it cannot be unpacked: gzip: invalid header\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no\n%sin\n%s", want, got)
		}
	}
	if got := shown(t, few, screen{}, "--body", "response", "--id", "1", "--decoded"); got != `{"needle": [1, {"two": null}], "text": "hay"}` {
		t.Errorf("%q", got)
	}
	if got := shown(t, few, screen{}, "--body", "response", "--id", "1"); got != packed.String() {
		t.Errorf("%q", got)
	}
}

// A message is shown in its order: values below each other, short lists and flat objects of lists on a line.
func TestTree(t *testing.T) {
	few := &fewExchanges{}
	few.add(&runnertape.Exchange{Decoded: &runnertape.Decoded{Endpoint: "unknown", Message: []byte(
		`{"z":1,"longer":"text","empty":"","blank":" x","nothing":null,"yes":true,"list":[1,2],"none":[],"object":{"b":1.50,"a":{"deep":"x"}},` +
			`"many":[{"key":"A","value":"1"},{"key":"B","inner":{"c":1}},["x"]],"gaps":[{"where":"response header","name":"X-New","value":"1"}],"faults":["broken"]}`,
	)}}, nil, nil)
	_, tree, _ := strings.Cut(shown(t, few, screen{}, "-v"), "  = z")
	want := `        1
  = longer   text
  = empty    ""
  = blank    " x"
  = nothing  null
  = yes      true
  = list     1, 2
  = none     []
  = object
  =   b  1.50
  =   a
  =     deep  x
  = many
  =   - key A, value 1
  =   -
  =     key  B
  =     inner
  =       c  1
  =   - x
  = ! gap  response header X-New = 1
  = ! fault  broken

`
	if tree != want {
		t.Errorf("%s\nwant\n%s", tree, want)
	}
}
