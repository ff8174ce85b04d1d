package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// Help fits a terminal, has each category once, and the flags that all have.
func TestHelp(t *testing.T) {
	t.Setenv("HOME", "/home/me") // a path is not broken
	for _, c := range new(process).app().Commands {
		t.Run(c.Name, func(t *testing.T) {
			var out bytes.Buffer
			p := &process{log: slog.New(&talk{lines: &lines{w: &out}}), args: []string{"proxy", c.Name, "--help"}, stdout: &out, stderr: &out}
			if code := p.run(); code != exitOK {
				t.Fatalf("exit code %d\n%s", code, out.String())
			}
			seen := map[string]bool{}
			for line := range strings.Lines(out.String()) {
				line = strings.TrimRight(line, "\n")
				if textWidth(line) > helpColumns {
					t.Errorf("%d columns: %s", textWidth(line), line)
				}
				if heading := strings.HasSuffix(line, ":") && !strings.HasPrefix(line, " "); heading && seen[line] {
					t.Errorf("%s comes twice", line)
				}
				seen[line] = true
			}
			if !strings.Contains(out.String(), "   --help, -h            show help\n") {
				t.Errorf("--help is not told in\n%s", out.String())
			}
		})
	}
}
