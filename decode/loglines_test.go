package decode

import (
	"fmt"
	"strings"
	"testing"
)

func TestLogLines(t *testing.T) {
	const at = "2026-11-23T10:00:01.000001Z 00O"
	for _, c := range []struct{ log, want string }{
		{"", ""},
		{"\n", "|\n"},
		{"one\ntwo", "|one\n|two\n"},
		{"one\r\ntwo\n", "|one\n|two\n"},
		{"10%\r20%\rdone\n", "|done\n"},
		{"\x1b[0K\x1b[32;1m$ make\x1b[0;m\n", "|$ make\n"},
		{"section_start:1:step_script\r\x1b[0K\x1b[0KRun\x1b[0;m\nhello\nsection_end:1:step_script\r\x1b[0K\x1b[32;1mJob succeeded\n", "step_script|Run\nstep_script|hello\n|Job succeeded\n"},
		{"section_end:1:a\r\x1b[0Ksection_start:1:b\r\x1b[0Ktext\n", "b|text\n"},
		{"section_start:1:step_script\r\x1b[0Ksection_start:1:own[collapsed=true]\r\x1b[0Ktext\nsection_end:1:step_script\r\x1b[0K", "step_script|text\n"},
		{"cut section_start:1:a\r\x1b[0Ktext", "|cut \na|text\n"},
		{at + " one\n" + at + " two\n" + at + "+ goes on\n", "|one\n|two goes on\n"},
		{at + " section_start:1:a\r\n" + at + "+\x1b[0KText\n", "a|Text\n"},
		{"2026-11-23T10:00:01.000001Z 00X no stamp\n", "|2026-11-23T10:00:01.000001Z 00X no stamp\n"},
		{"sec\nsection_\n\x1b]no end", "|sec\n|section_\n"},
	} {
		var got strings.Builder
		for line := range LogLines([]byte(c.log)) {
			fmt.Fprintf(&got, "%s|%s\n", line.Section, line.Text)
		}
		if got.String() != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.log, got.String(), c.want)
		}
	}
	for range LogLines([]byte("one\ntwo\n")) {
		break // a reader may stop
	}
}
