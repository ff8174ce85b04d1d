package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/redact"
)

func (p *process) scanCommand() *cli.Command {
	return &cli.Command{
		Name:      "scan",
		Usage:     "look for secrets in recordings, before they are shared",
		ArgsUsage: "RECORDING…",
		Description: "Looks at everything: heads, bodies, what is unpacked or unescaped of them, and what is left in the\n" +
			"file itself. Finds what redaction would replace, the forms of tokens and keys, what looks random beside\n" +
			"a name like password, and what --secret and --secret-pattern say. Stand-ins are no leaks.\n" +
			"The exit code is 1 if there are leaks. docs/scan.md says what is found and what is not.",
		Flags: append([]cli.Flag{
			jsonFlag("", "one JSON object for each leak"),
			&cli.BoolFlag{Name: "all", Usage: "name all places of a leak, not the first 3", EnvVars: []string{"PROXY_SCAN_ALL"}},
			&cli.BoolFlag{Name: "show", Usage: "print the secrets whole", EnvVars: []string{"PROXY_SCAN_SHOW"}},
			&cli.GenericFlag{Name: "allow", Value: new(texts), Usage: "no leak is a value that matches all of the regular expression `RE`, or that of a line of FILE as @FILE; repeatable", EnvVars: []string{"PROXY_SCAN_ALLOW"}},
		}, secretFlags()...),
		Action: p.scan,
	}
}

// scanSettings are the flags of scan, checked.
type scanSettings struct {
	json, all, show bool
	allow           []*regexp.Regexp
	given           redact.Given
	names           []string // of given's values
}

func (p *process) scan(c *cli.Context) error {
	if c.NArg() == 0 {
		return usagef("proxy scan takes the recordings to look at, as in: proxy scan recording.db")
	}
	s := &scanSettings{json: c.Bool("json"), all: c.Bool("all"), show: c.Bool("show")}
	var err error
	if s.given, s.names, err = givenSecrets(c); err != nil {
		return err
	}
	if s.allow, err = allowed(textsOf(c, "allow")); err != nil {
		return err
	}
	limitMemory()
	var failures []error
	leaks := false
	for _, path := range c.Args().Slice() {
		if path == "" {
			return usagef("proxy scan: a recording's name is empty")
		}
		found, err := p.scanFile(path, s)
		if errors.Is(err, errInterrupted) {
			return err
		}
		if err != nil {
			failures = append(failures, err)
		}
		leaks = leaks || found
	}
	switch {
	case len(failures) > 0:
		for _, err := range failures[:len(failures)-1] {
			p.report(err)
		}
		return failures[len(failures)-1]
	case leaks:
		return exitCode(exitFailed)
	}
	return nil
}

// allowed are the patterns of --allow, each of a whole value.
func allowed(all []string) ([]*regexp.Regexp, error) {
	var patterns []*regexp.Regexp
	for _, text := range all {
		lines := []string{text}
		if len(text) > 1 && text[0] == '@' {
			var err error
			if lines, err = allowedIn(text[1:]); err != nil {
				return nil, fmt.Errorf("--allow: %w", err)
			}
		}
		for _, line := range lines {
			if _, err := regexp.Compile(line); err != nil {
				return nil, usagef("--allow: %v", err)
			}
			patterns = append(patterns, regexp.MustCompile(`\A(?:`+line+`)\z`))
		}
	}
	return patterns, nil
}

// allowedIn are the lines of a file, but for empty ones and those that begin with #.
func allowedIn(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines, nil
}
