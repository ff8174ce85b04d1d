package runnertape_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The transcripts of docs/jobs.md are what the command prints.
func TestJobsTranscripts(t *testing.T) {
	for _, name := range []string{"PROXY_COLOUR", "PROXY_WIDTH", "PROXY_JSON"} {
		t.Setenv(name, "")
	}
	t.Setenv("LC_ALL", "C.UTF-8")
	text := document(t, "docs/jobs.md")
	blocks := strings.Split(text, "```console\n$ proxy ")[1:]
	if len(blocks) != 2 {
		t.Errorf("%d transcripts", len(blocks))
	}
	bin := build(t)
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		command, want, _ := strings.Cut(block, "\n")
		got := outputOf(t, bin, strings.Fields(command)...)
		if *updateDocs {
			text = strings.Replace(text, block, command+"\n"+string(got), 1)
			if err := os.WriteFile("docs/jobs.md", []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("proxy %s: (-document +printed)\n%s", command, diff)
		}
	}
}
