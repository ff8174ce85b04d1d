package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/redact"
)

// secretFlags are the flags by which a user tells of secrets that nothing else shows to be one.
func secretFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "secret", Value: new(texts), Usage: "a secret too is `VALUE`, or each line of FILE as @FILE, which is better: a VALUE is in the list of processes; repeatable", EnvVars: []string{"PROXY_SECRET"}},
		&cli.GenericFlag{Name: "secret-pattern", Value: new(texts), Usage: "a secret too is what matches the regular expression `RE`, or its first group if it has one; repeatable", EnvVars: []string{"PROXY_SECRET_PATTERN"}},
	}
}

// texts are the values of a repeatable flag, as they are: urfave/cli cuts those of its own at commas. What
// the environment says comes first, and the flags add to it.
type texts []string

// Set implements cli.Generic. It has no error, as that would quote a secret.
func (t *texts) Set(text string) error {
	*t = append(*t, text)
	return nil
}

// String implements cli.Generic. Help shows no secrets.
func (t *texts) String() string { return "" }

// textsOf are the values of such a flag.
func textsOf(c *cli.Context, name string) []string {
	if t, ok := c.Generic(name).(*texts); ok {
		return *t
	}
	return nil
}

// givenSecrets reads what secretFlags say. Names says for each value where it is from, as a message may.
func givenSecrets(c *cli.Context) (given redact.Given, names []string, err error) {
	for i, text := range textsOf(c, "secret") {
		name := fmt.Sprintf("--secret %d", i+1)
		switch file, isFile := strings.CutPrefix(text, "@"); {
		case text == "":
			return redact.Given{}, nil, usagef("--secret: the value is empty")
		case file == "" && isFile:
			return redact.Given{}, nil, usagef("--secret: @ names no file; @FILE does")
		case isFile:
			lines, places, err := secretLines(file)
			if err != nil {
				return redact.Given{}, nil, fmt.Errorf("--secret: %w", err)
			}
			given.Values, names = append(given.Values, lines...), append(names, places...)
		default:
			given.Values, names = append(given.Values, text), append(names, name)
		}
	}
	for _, text := range textsOf(c, "secret-pattern") {
		re, err := regexp.Compile(text)
		switch {
		case err != nil:
			return redact.Given{}, nil, usagef("--secret-pattern: %v", err)
		case re.MatchString(""):
			return redact.Given{}, nil, usagef("--secret-pattern: %q matches where nothing is; let it match a secret and no less", text)
		}
		if common := commonMatch(re); common != "" {
			return redact.Given{}, nil, usagef("--secret-pattern: %q matches %q, which every recording has; let it match a secret and no less", text, common)
		}
		given.Patterns = append(given.Patterns, re)
	}
	return given, names, nil
}

// commonTexts are in every recording: a pattern that matches in them would make one that nobody can read or replay.
var commonTexts = []string{"POST /api/v4/jobs/request HTTP/1.1", "Content-Type: application/json", "gitlab-runner"}

// commonMatch is what re would have replaced in commonTexts, "" if nothing. Shorter matches stay everywhere.
func commonMatch(re *regexp.Regexp) string {
	const leastReplaced = 8
	for _, text := range commonTexts {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			if match := m[min(1, len(m)-1)]; len(match) >= leastReplaced {
				return match
			}
		}
	}
	return ""
}

// maxSecretLine bounds a line of a file of secrets: what is longer is none that could be replaced.
const maxSecretLine = 1 << 20

// secretLines are the lines of a file that are not empty, and what each is called.
func secretLines(path string) (lines, names []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxSecretLine)
	n := 0
	for ; in.Scan(); n++ { // a line ends with LF or CRLF
		line := in.Text()
		if n == 0 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if strings.ContainsAny(line, "\x00\r") {
			return nil, nil, fmt.Errorf("%s: line %d has a NUL or a carriage return in it, and would be found nowhere (write the file in UTF-8, one secret in each line)", path, n+1)
		}
		if strings.TrimSpace(line) != "" {
			lines, names = append(lines, line), append(names, fmt.Sprintf("%s line %d", path, n+1))
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, nil, fmt.Errorf("%s: line %d has more than %d bytes", path, n+1, maxSecretLine)
	case err != nil:
		return nil, nil, err
	case len(lines) == 0:
		return nil, nil, fmt.Errorf("%s has no secret in it, one in each line", path)
	}
	return lines, names, nil
}

// give gives what secretFlags said to a Redactor, and says which values it does not take. r is nil if
// secrets are kept, and then nothing was said.
func (p *process) give(r *redact.Redactor, given redact.Given, names []string) {
	if r == nil {
		return
	}
	for _, i := range r.Give(given) {
		p.log.Warn(names[i] + " is not replaced: too short, too long, too common, or part of what the protocol says; docs/secrets.md has the limits")
	}
}

// refuseGiven says that secrets cannot be told of where none is replaced.
func refuseGiven(c *cli.Context) error {
	for _, name := range []string{"secret", "secret-pattern"} {
		if c.Bool("keep-secrets") && len(textsOf(c, name)) > 0 {
			return usagef("--%s says what to replace, and --keep-secrets replaces nothing; leave out one", name)
		}
	}
	return nil
}
