package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// filtered is what a filter makes of text, given at once and byte by byte, which must be the same.
func filtered(t *testing.T, of func(io.Writer) *streamFilter, text string) string {
	t.Helper()
	var whole, pieces bytes.Buffer
	f := of(&whole)
	_, err := io.WriteString(f, text)
	mustDo(t, err)
	mustDo(t, f.Close())
	f = of(&pieces)
	_, err = io.Copy(struct{ io.Writer }{f}, iotest.OneByteReader(strings.NewReader(text)))
	mustDo(t, err)
	mustDo(t, f.Close())
	if whole.String() != pieces.String() {
		t.Errorf("%q: at once %q, in pieces %q", text, whole.String(), pieces.String())
	}
	return whole.String()
}

func TestTerminalWriter(t *testing.T) {
	tests := []struct{ text, want string }{
		{"hello\n\tworld\r\n", "hello\n\tworld\r\n"},
		{"\x1b[0K\x1b[32;1mgreen\x1b[0;m", "\x1b[0K\x1b[32;1mgreen\x1b[0;m"},
		{"\x1b[38:2:1:2:3mtrue\x1b[m", "\x1b[38:2:1:2:3mtrue\x1b[m"},
		{"\x1b[2J\x1b[H", `\x1b[2J\x1b[H`},
		{"\x1b]0;title\a", `\x1b]0;title\a`},
		{"\x1b[?25l\x1bc\x1b[6n", `\x1b[?25l\x1bc\x1b[6n`},
		{"\x1b[31", `\x1b[31`},
		{"\x1b", `\x1b`},
		{"bell \a back \b del \x7f", `bell \a back \b del \x7f`},
		{"\u009b31m \u202e \u2066", `\u009b31m \u202e \u2066`},
		{"\x9b31m \xff", `\x9b31m \xff`},
		{"é 漢字 🦊", "é 漢字 🦊"},
		{"cut \xe6\xbc", `cut \xe6\xbc`},
		{"\x1b[" + strings.Repeat("1", 100) + "m", `\x1b[` + strings.Repeat("1", 100) + "m"},
	}
	for _, test := range tests {
		if got := filtered(t, newTerminalWriter, test.text); got != test.want+"\x1b[0m" {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestPlainWriter(t *testing.T) {
	tests := []struct{ text, want string }{
		{"hello\r\nworld", "hello\r\nworld"},
		{"\x1b[0K\x1b[36;1mPreparing\x1b[0;m\n", "Preparing\n"},
		{"section_start:1795433971:prepare_script\r\x1b[0K\x1b[0KText\n", "Text\n"},
		{"section_end:1:a\r\x1b[0Ksection_start:2:b[collapsed=true]\r\x1b[0KText", "Text"},
		{"a section_start:1:x without its end\n", "a section_start:1:x without its end\n"},
		{"section_start:1:x\rno erasing", "section_start:1:x\rno erasing"},
		{"section_start:\r\x1b[0K", "section_start:\r"},
		{"2026-11-23T11:39:32.123456Z 00O section_start:1:x\r\n2026-11-23T11:39:32.123457Z 00O+\x1b[0KText", "2026-11-23T11:39:32.123456Z 00O Text"},
		{"section_", "section_"},
		{"sssection_end:1:a\r\x1b[0Ks", "sss"},
		{"\x1b]8;;http://x\x1b\\link\x1b]8;;\a", "link"},
		{"\x1b(Bascii\x1bM\x1b", "ascii"},
		{"\x1b[31", "[31"},
		{"漢\x1b[0m字", "漢字"},
		{"section_start:" + strings.Repeat("1", 9000), "section_start:" + strings.Repeat("1", 9000)},
		{"\x1b]" + strings.Repeat("x", 9000) + "\n", "]" + strings.Repeat("x", 9000) + "\n"},
	}
	for _, test := range tests {
		if got := filtered(t, newPlainWriter, test.text); got != test.want {
			t.Errorf("%.60q: %.60q, want %.60q", test.text, got, test.want)
		}
	}
}

func TestEscaper(t *testing.T) {
	if got := filtered(t, newEscaper, "a\x1b[31mb\r\n\tc\xff é"); got != "a\\x1b[31mb\\r\n\tc\\xff é" {
		t.Errorf("%q", got)
	}
}

func TestIsText(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "hello\r\n": true, "\x1b[0m": true, "漢"[:2]: true, "a\x00b": false, "\xff\xfe": false, "PK\x03\x04": false, "\x1f\x8b": false,
	} {
		if got := isText([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Nothing but line ends, tabs, colours and erasing in the line gets through, wherever pieces end.
func FuzzTerminalWriter(f *testing.F) {
	f.Add([]byte("\x1b[0K\x1b[36;1mhello\x1b[0;m\r\n"), 3)
	f.Add([]byte("\x1b]0;x\a\u009b2J\xe6\xbc"), 1)
	f.Fuzz(func(t *testing.T, text []byte, at int) {
		var out bytes.Buffer
		w := newTerminalWriter(&out)
		at = max(0, min(at, len(text)))
		w.Write(text[:at])
		w.Write(text[at:])
		w.Close()
		if !utf8.Valid(out.Bytes()) {
			t.Fatalf("%q", out.Bytes())
		}
		rest := out.Bytes()
		for len(rest) > 0 {
			if rest[0] == escape {
				n, _ := cutHarmless(rest)
				if n == 0 {
					t.Fatalf("%q drives a terminal", out.Bytes())
				}
				rest = rest[n:]
				continue
			}
			r, size := utf8.DecodeRune(rest)
			if isControl(r) && !strings.ContainsRune("\n\t\r", r) {
				t.Fatalf("%q has %q in it", out.Bytes(), r)
			}
			rest = rest[size:]
		}
	})
}

// What is made plain has no sequence and no mark left, but what had none was not changed.
func FuzzPlainWriter(f *testing.F) {
	f.Add("section_end:1:a\r\x1b[0K\x1b[31mx")
	f.Add("\x1b]0;x\a")
	f.Fuzz(func(t *testing.T, text string) {
		got := filtered(t, newPlainWriter, text)
		if strings.IndexByte(got, escape) >= 0 {
			t.Fatalf("%q became %q", text, got)
		}
		if strings.IndexByte(text, escape) < 0 && got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
