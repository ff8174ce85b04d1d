package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"runnertape/mint"
)

func mintVariableFlags() []cli.Flag {
	return []cli.Flag{
		repeatable(mintedVars, "variable", "set `KEY=VALUE`, as variables: of a CI file do"),
		repeatable(mintedVars, "masked-variable", "set `KEY=VALUE`, and have the runner hide VALUE in the log"),
		repeatable(mintedVars, "file-variable", "set KEY to the name of a file with the content of FILE, `KEY=FILE`"),
		repeatable(mintedVars, "variables", "set those of `FILE`: lines KEY=VALUE, or the JSON list that GitLab's API and glab variable export give"),
	}
}

// hidden are marks of a variable of a project's settings.
var hidden = mint.Marks{}

// mintVariables reads files first: what is typed wins.
func mintVariables(c *cli.Context, j *mint.Job) error {
	for _, file := range textsOf(c, "variables") {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("--variables: %w", err)
		}
		all, err := variablesIn(text)
		if err != nil {
			return usagef("--variables: %s: %v", file, err)
		}
		j.Variables = append(j.Variables, all...)
	}
	for _, flag := range []struct {
		name  string
		marks *mint.Marks
	}{
		{"variable", nil},
		{"masked-variable", &mint.Marks{Masked: true}},
		{"file-variable", &mint.Marks{File: true}},
	} {
		for i, text := range textsOf(c, flag.name) {
			key, value, ok := strings.Cut(text, "=")
			if !ok || !isVariable(key) {
				return usagef("--%s: the %s is not KEY=VALUE, with a KEY of letters, digits and _", flag.name, ordinal(i+1)) // it may be a secret
			}
			if flag.name == "file-variable" {
				content, err := os.ReadFile(value)
				if err != nil {
					return fmt.Errorf("--file-variable %s: %w", key, err)
				}
				value = string(content)
			}
			j.Variables = append(j.Variables, mint.Variable{Key: key, Value: value, Marks: flag.marks})
		}
	}
	for _, v := range j.Variables {
		if !utf8.ValidString(v.Value) {
			return usagef("variable %s is not UTF-8, and JSON cannot say it; give it in base64", v.Key)
		}
	}
	return nil
}

func ordinal(n int) string {
	if n <= 3 {
		return []string{"first", "second", "third"}[n-1]
	}
	return fmt.Sprintf("%dth", n)
}

// isVariable tells whether a name may be one of a variable (GitLab app/models/concerns/ci/has_variable.rb).
var isVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString

// variablesIn are those of a file, in whichever of the two forms. Errors quote nothing of it: values may be secrets.
func variablesIn(text []byte) ([]mint.Variable, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if start := bytes.TrimSpace(text); len(start) > 0 && (start[0] == '[' || start[0] == '{') {
		return variablesInJSON(text)
	}
	var all []mint.Variable
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !ok || !isVariable(key) {
			return nil, fmt.Errorf("line %d is not KEY=VALUE, with a KEY of letters, digits and _", n)
		}
		all = append(all, mint.Variable{Key: key, Value: unquoted(value), Marks: &hidden})
	}
	return all, nil
}

// unquoted is a value without the quotes around it.
func unquoted(s string) string {
	for _, quote := range []string{`"`, `'`} {
		if len(s) > 1 && strings.HasPrefix(s, quote) && strings.HasSuffix(s, quote) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// variablesInJSON reads a list as GET /api/v4/projects/:id/variables gives it, or as it is in payloads.
func variablesInJSON(text []byte) ([]mint.Variable, error) {
	var list []struct {
		Key    string  `json:"key"`
		Value  *string `json:"value"`
		Type   string  `json:"variable_type"` // "env_var", "file"
		Public bool    `json:"public"`
		Masked bool    `json:"masked"`
		File   bool    `json:"file"`
		Raw    bool    `json:"raw"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		at := int64(0)
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = e.Offset
		} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = e.Offset
		}
		line := 1 + bytes.Count(text[:min(at, int64(len(text)))], []byte("\n"))
		return nil, fmt.Errorf(`line %d: it is no JSON list of {"key": "NAME", "value": "TEXT", …}`, line)
	}
	var all []mint.Variable
	for i, v := range list {
		if !isVariable(v.Key) || v.Value == nil {
			return nil, fmt.Errorf("entry %d has no key that may be one of a variable, or no value", i+1)
		}
		marks := &mint.Marks{Public: v.Public, Masked: v.Masked, File: v.File || v.Type == "file", Raw: v.Raw}
		all = append(all, mint.Variable{Key: v.Key, Value: *v.Value, Marks: marks})
	}
	return all, nil
}
